"""Sign-in tokens of an issuer on a socket: its keys change, vanish, are forged, and its clock is not ours."""

import asyncio
import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from svc_kit.clock import ManualClock
from svc_kit.errors import Unavailable
from svc_kit.identity import Caller, OidcVerifier, ServiceDirectory, TokenVerifier, Unauthenticated

KEYS = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": Ed25519PrivateKey.generate(),
}


def jwk(algorithm: str, key_id: str, key=None, **more: str) -> dict[str, str]:
    made = jwt.get_algorithm_by_name(algorithm).to_jwk((key or KEYS[algorithm]).public_key(), as_dict=True)
    return {**made, "kid": key_id, "use": "sig", "alg": algorithm, **more}


@dataclass
class Issuer:
    """Publishes discovery and keys, and counts how often it is asked."""

    clock: ManualClock
    url: str = ""
    keys: list[dict[str, str]] = field(default_factory=lambda: [jwk(name, name) for name in KEYS])
    asked: int = 0
    status: int = 200
    body: str | None = None
    named: str | None = None

    async def discovery(self, _request: web.Request) -> web.Response:
        return web.json_response({"issuer": self.named or self.url, "jwks_uri": f"{self.url}/keys"})

    async def show(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=self.status, text=self.body or json.dumps({"keys": self.keys}), content_type="application/json")

    def token(self, algorithm: str = "RS256", *, key_id: str | None = None, key=None, drop=(), **claims) -> str:
        now = int(self.clock.now().timestamp())
        told = {"iss": self.url, "aud": "sellerport", "sub": "u-1", "tenant_id": "acme", "exp": now + 300, "iat": now} | claims
        told = {name: value for name, value in told.items() if name not in drop}
        return jwt.encode(told, key or KEYS[algorithm], algorithm=algorithm, headers={"kid": key_id or algorithm})


@pytest.fixture
async def issuer():
    it = Issuer(ManualClock())
    app = web.Application()
    app.add_routes([web.get("/.well-known/openid-configuration", it.discovery), web.get("/keys", it.show)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


def verifier_of(issuer: Issuer, *, tenant_claim: str = "tenant_id", jwks_url: str | None = None) -> TokenVerifier:
    oidc = OidcVerifier(issuer=issuer.url, audience="sellerport", jwks_url=jwks_url, tenant_claim=tenant_claim, clock=issuer.clock)
    return TokenVerifier("account-svc", ServiceDirectory({}, {}), oidc, issuer.clock)


@pytest.fixture
def verifier(issuer):
    return verifier_of(issuer)


@pytest.mark.parametrize("algorithm", KEYS)
async def test_any_issuer_is_understood_by_discovery(issuer, verifier, algorithm):
    assert await verifier.verify(issuer.token(algorithm)) == Caller(kind="user", subject="u-1", tenant="acme")


async def test_the_keys_may_be_named_without_discovery(issuer):
    verifier = verifier_of(issuer, jwks_url=f"{issuer.url}/keys")
    issuer.named = "http://somebody.else"
    assert (await verifier.verify(issuer.token())).tenant == "acme"


async def test_another_issuers_discovery_document_is_not_believed(issuer, verifier):
    issuer.named = "http://somebody.else"
    with pytest.raises(Unavailable):
        await verifier.verify(issuer.token())


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another"},
        {"iss": "http://somebody.else"},
        {"drop": ("aud",)},
        {"drop": ("exp",)},
        {"drop": ("sub",)},
        {"drop": ("tenant_id",)},
        {"tenant_id": ""},
        {"tenant_id": ["acme"]},
        {"tenant_id": "$system"},
        {"tenant_id": "a" * 65},
        {"tenant_id": "acme\n"},
        {"exp": "soon"},
    ],
)
async def test_what_a_token_says_must_be_right(issuer, verifier, wrong):
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.token("EdDSA", **wrong))


async def test_several_audiences_may_be_named_by_an_issuer(issuer, verifier):
    assert (await verifier.verify(issuer.token(aud=["other", "sellerport"]))).subject == "u-1"


@pytest.mark.parametrize(("seconds", "is_good"), [(29, True), (31, False)])
async def test_an_expired_token_has_thirty_seconds(issuer, verifier, seconds, is_good):
    issued_at = int(issuer.clock.now().timestamp())
    await _expect(verifier, issuer.token(exp=issued_at - seconds), is_good=is_good)


@pytest.mark.parametrize(("seconds", "is_good"), [(29, True), (31, False)])
async def test_a_token_of_the_future_has_thirty_seconds(issuer, verifier, seconds, is_good):
    starts = int(issuer.clock.now().timestamp()) + seconds
    await _expect(verifier, issuer.token(nbf=starts), is_good=is_good)


async def _expect(verifier: TokenVerifier, token: str, *, is_good: bool) -> None:
    if is_good:
        assert (await verifier.verify(token)).kind == "user"
    else:
        with pytest.raises(Unauthenticated):
            await verifier.verify(token)


@pytest.mark.parametrize("signed", KEYS)
@pytest.mark.parametrize("named", KEYS)
async def test_a_token_is_of_its_keys_own_kind(issuer, verifier, signed, named):
    await _expect(verifier, issuer.token(signed, key_id=named), is_good=signed == named)


async def test_a_token_without_signature_is_refused(issuer, verifier):
    head, body, _ = issuer.token().split(".")
    for algorithm in ("none", "None", "NONE"):
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "RS256"}).encode()).rstrip(b"=").decode()
        with pytest.raises(Unauthenticated):
            await verifier.verify(f"{header}.{body}.")
    with pytest.raises(Unauthenticated):
        await verifier.verify(f"{head}.{body}.")


@pytest.mark.parametrize("shape", [Encoding.PEM, Encoding.DER])
async def test_a_public_key_is_no_shared_secret(issuer, verifier, shape):
    secret = KEYS["RS256"].public_key().public_bytes(shape, PublicFormat.SubjectPublicKeyInfo)
    _, body, _ = issuer.token().split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "RS256"}).encode()).rstrip(b"=").decode()
    signature = base64.urlsafe_b64encode(hmac.new(secret, f"{header}.{body}".encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        await verifier.verify(f"{header}.{body}.{signature}")


async def test_a_shared_secret_that_an_issuer_publishes_is_not_used(issuer, verifier):
    secret = base64.urlsafe_b64encode(b"s" * 32).rstrip(b"=").decode()
    issuer.keys.append({"kty": "oct", "k": secret, "kid": "shared", "alg": "HS256"})
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.token("HS256", key_id="shared", key=b"s" * 32))


async def test_a_rotated_key_works_at_once_and_the_old_one_until_it_is_withdrawn(issuer, verifier):
    old, new = issuer.token("RS256"), ec.generate_private_key(ec.SECP256R1())
    await verifier.verify(old)
    issuer.clock.advance(11)
    issuer.keys.append(jwk("ES256", "new", new))
    assert (await verifier.verify(issuer.token("ES256", key_id="new", key=new))).tenant == "acme"
    assert issuer.asked == 2
    issuer.keys = [jwk("ES256", "new", new)]
    issuer.clock.advance(601)
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.token("RS256"))


async def test_forged_key_ids_do_not_flood_the_issuer(issuer, verifier):
    await verifier.verify(issuer.token())
    issuer.clock.advance(11)
    answers = await asyncio.gather(*(verifier.verify(issuer.token(key_id=f"k{n}")) for n in range(100)), return_exceptions=True)
    assert all(isinstance(answer, Unauthenticated) for answer in answers)
    assert issuer.asked == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"body": "not json"}, {"body": "[]"}, {"body": "{}"}, {"body": '{"keys": [1]}'}])
async def test_while_the_issuer_is_away_known_keys_serve_and_nobody_storms_it(issuer, verifier, fault):
    await verifier.verify(issuer.token("RS256"))
    for name, value in fault.items():
        setattr(issuer, name, value)
    issuer.clock.advance(700)
    assert (await verifier.verify(issuer.token("RS256"))).tenant == "acme"
    asked = issuer.asked
    issuer.clock.advance(11)
    answers = await asyncio.gather(*(verifier.verify(issuer.token(key_id=f"k{n}")) for n in range(50)), return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert issuer.asked == asked + 1


async def test_an_issuer_that_comes_back_is_asked_again_soon(issuer, verifier):
    issuer.status = 503
    with pytest.raises(Unavailable):
        await verifier.verify(issuer.token())
    issuer.status = 200
    issuer.clock.advance(2)
    assert (await verifier.verify(issuer.token())).tenant == "acme"


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("org_id", {"org_id": "acme"}),
        ("https://sellerport.example/tenant", {"https://sellerport.example/tenant": "acme"}),
        ("app_metadata.tenant_id", {"app_metadata": {"tenant_id": "acme"}}),
    ],
)
async def test_the_tenants_claim_is_a_setting(issuer, claim, claims):
    verifier = verifier_of(issuer, tenant_claim=claim)
    assert (await verifier.verify(issuer.token(drop=("tenant_id",), **claims))).tenant == "acme"
    with pytest.raises(Unauthenticated, match="claim"):
        await verifier.verify(issuer.token())
