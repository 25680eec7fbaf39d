import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm

from svc_kit.clock import ManualClock
from svc_kit.identity import Caller, Forbidden, ServiceDirectory, ServiceTokenIssuer, TokenVerifier, Unauthenticated
from svc_kit.secret import Secret

KEY = Ed25519PrivateKey.generate()


def pem(key: Ed25519PrivateKey) -> Secret:
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def directory(grants=None, **more) -> ServiceDirectory:
    jwk = {**json.loads(OKPAlgorithm.to_jwk(KEY.public_key())), "kid": "k1"}
    entry = {"keys": [jwk], "grants": grants or {"account-svc": ["credentials:read"]}, **more}
    return ServiceDirectory.parse(json.dumps({"services": {"token-svc": entry}}).encode())


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def issuer(clock):
    return ServiceTokenIssuer(pem(KEY), "token-svc", "k1", clock)


@pytest.fixture
def verifier(clock):
    return TokenVerifier("account-svc", directory(), None, clock)


async def test_a_service_is_known_by_its_token_and_gets_the_granted_scopes_only(issuer, verifier):
    caller = await verifier.verify(issuer.token("account-svc", ("credentials:read", "accounts:admin"), tenant="t1"))
    assert caller == Caller(kind="service", subject="token-svc", tenant="t1", scopes=frozenset({"credentials:read"}))


async def test_a_token_for_another_audience_is_refused(issuer, verifier):
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.token("sync-svc", ("credentials:read",)))


async def test_a_token_ends_with_its_expiry_and_thirty_seconds_leeway_even_when_it_is_remembered(issuer, verifier, clock):
    token = issuer.token("account-svc", ("credentials:read",))
    await verifier.verify(token)
    clock.advance(5 * 60 + 29)
    await verifier.verify(token)
    clock.advance(2)
    with pytest.raises(Unauthenticated, match="expired"):
        await verifier.verify(token)


async def test_a_token_signed_by_a_stranger_is_refused(verifier, clock):
    stranger = ServiceTokenIssuer(pem(Ed25519PrivateKey.generate()), "token-svc", "k1", clock)
    with pytest.raises(Unauthenticated):
        await verifier.verify(stranger.token("account-svc", ("credentials:read",)))


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "a.b.c",
        jwt.encode({"iss": "token-svc", "sub": "token-svc", "aud": "account-svc", "exp": time.time() + 600}, None, algorithm="none"),
        jwt.encode({"iss": "nobody", "sub": "x", "aud": "account-svc", "exp": time.time() + 600}, "k" * 32, algorithm="HS256"),
        jwt.encode({"iss": "token-svc", "sub": "token-svc", "aud": "account-svc"}, "k" * 32, algorithm="HS256", headers={"kid": "k1"}),
    ],
)
async def test_forged_tokens_are_refused(forged, verifier):
    with pytest.raises(Unauthenticated):
        await verifier.verify(forged)


async def test_a_list_of_audiences_is_refused(issuer, verifier, clock):
    claims = {"iss": "token-svc", "sub": "token-svc", "aud": ["account-svc", "sync-svc"], "exp": int(clock.now().timestamp()) + 60}
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.sign(claims))


async def test_only_an_entry_that_may_roam_names_several_audiences_and_this_one_among_them(issuer, clock):
    verifier = TokenVerifier("account-svc", directory(several_audiences=True), None, clock)
    claims = {"iss": "token-svc", "sub": "token-svc", "scope": "credentials:read sync:admin", "exp": int(clock.now().timestamp()) + 60}
    caller = await verifier.verify(issuer.sign({**claims, "aud": ["account-svc", "sync-svc"]}))
    assert caller.scopes == {"credentials:read"}
    with pytest.raises(Unauthenticated):
        await verifier.verify(issuer.sign({**claims, "aud": ["sync-svc", "token-svc"]}))


def test_a_token_is_reused_until_a_minute_before_it_expires(issuer, clock):
    first = issuer.token("account-svc", ("a",))
    clock.advance(239)
    assert issuer.token("account-svc", ("a",)) == first
    clock.advance(2)
    assert issuer.token("account-svc", ("a",)) != first


def test_a_caller_without_tenant_may_not_act_for_one():
    with pytest.raises(Forbidden):
        Caller(kind="service", subject="x", tenant=None).require_tenant()


def test_users_have_no_scopes():
    assert not Caller(kind="user", subject="u", tenant="t", scopes=frozenset({"a"})).has("a")
