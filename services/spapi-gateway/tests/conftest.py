"""A whole gateway in process on memory adapters, and ways to knock at its doors."""

import json
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from spapi_gateway.adapters.inbound.http.principal import SellerportTokens
from spapi_gateway.adapters.outbound.memory.call_recorder import MemoryCallRecorder
from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.adapters.outbound.memory.upstream import MemoryUpstream
from spapi_gateway.bootstrap import Adapters, build_app
from spapi_gateway.config import Config
from spapi_gateway.domain.accounts import Account, AccountId, Region
from svc_kit.clock import ManualClock
from svc_kit.identity import Caller, ServiceDirectory, ServiceTokenIssuer, TokenVerifier, Unauthenticated
from svc_kit.secret import Secret


def pem_of(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class FixedOidc:
    """A sign-in issuer whose tokens are unsigned JWTs with a subject and a tenant."""

    issuer = "https://sign-in.example"

    async def verify(self, token: str, _key_id: str | None) -> tuple[Caller, float]:
        claims = jwt.decode(token, options={"verify_signature": False})
        if claims.get("bad"):
            raise Unauthenticated("the sign-in token was refused")
        return Caller(kind="user", subject=claims["sub"], tenant=claims["tenant_id"]), 4e9


@dataclass
class Reply:
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    is_complete: bool = False

    def header(self, name: str) -> str | None:
        return next((value.decode() for key, value in self.headers if key.decode() == name), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def source(self) -> str | None:
        return self.header("x-sellerport-response-source")


ACCOUNTS = {
    "acc-na": Account(
        id=AccountId("acc-na"),
        tenant="harbor",
        region=Region.NA,
        selling_partner_id="A1HARBORNA",
        marketplaces=("ATVPDKIKX0DER",),
        is_signed=False,
        application="default",
    ),
    "acc-eu": Account(
        id=AccountId("acc-eu"),
        tenant="harbor",
        region=Region.EU,
        selling_partner_id="A1HARBOREU",
        marketplaces=("A1PA6795UKMFR9",),
        is_signed=True,
        application="default",
    ),
    "acc-demo": Account(
        id=AccountId("acc-demo"),
        tenant="demo",
        region=Region.NA,
        selling_partner_id="A1DEMOSELLERNA",
        marketplaces=("ATVPDKIKX0DER",),
        is_signed=False,
        application="default",
    ),
}


class World:
    """The gateway, what surrounds it, and callers of every kind."""

    def __init__(self, directory_file, **settings: str) -> None:
        self.clock = ManualClock()
        self.keys = {
            name: Ed25519PrivateKey.generate() for name in ("token-svc", "demo-service", "sync-svc", "account-svc", "spapi-gateway")
        }
        grants = {"demo-service": {"spapi-gateway": ["spapi:call", "ads:call"]}, "sync-svc": {"spapi-gateway": ["spapi:call"]}}
        services = {
            name: {
                "keys": [{**json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key())), "kid": f"{name}-1"}],
                "grants": grants.get(name, {}),
            }
            for name, key in self.keys.items()
        }
        directory_file.write_text(json.dumps({"services": services}))
        self.gateway_key = pem_of(self.keys["spapi-gateway"])
        directory = ServiceDirectory.load(directory_file)
        self.upstream = MemoryUpstream()
        self.credentials = MemoryCredentialSource(self.clock, *ACCOUNTS.values())
        self.recorder = MemoryCallRecorder()
        environment = {
            "SERVICE_KEY": self.gateway_key,
            "SERVICE_DIRECTORY_FILE": str(directory_file),
            "OIDC_ISSUER": FixedOidc.issuer,
            "TOKEN_SVC_URL": "http://token-svc.example",
            **settings,
        }
        self.app = build_app(
            Config.from_env(environment),
            overrides=Adapters(
                clock=self.clock,
                verifier=TokenVerifier("spapi-gateway", directory, FixedOidc(), self.clock),
                tokens=SellerportTokens(directory, self.clock),
                credentials=self.credentials,
                upstream=self.upstream,
                recorders=(self.recorder,),
            ),
        )

    def service_token(self, service="demo-service", audience="spapi-gateway", scopes=("spapi:call", "ads:call"), tenant=None) -> str:
        return ServiceTokenIssuer(Secret(pem_of(self.keys[service])), service, f"{service}-1", self.clock).token(audience, scopes, tenant)

    def user_token(self, tenant="harbor", **claims: Any) -> str:
        return jwt.encode({"iss": FixedOidc.issuer, "sub": "user-1", "tenant_id": tenant, **claims}, "x" * 32, algorithm="HS256")

    def sellerport_token(self, account="acc-na", *, signer="token-svc", lifetime=3600, drop=(), **changed: Any) -> str:
        claims = {
            "iss": "token-svc",
            "aud": "spapi-gateway",
            "sub": "demo-service",
            "account_id": account,
            "tenant": ACCOUNTS[account].tenant if account in ACCOUNTS else "harbor",
            "use": "spapi",
            "exp": int(self.clock.now().timestamp()) + lifetime,
        } | changed
        for name in drop:
            del claims[name]
        return jwt.encode(claims, self.keys[signer], algorithm="EdDSA", headers={"kid": f"{signer}-1"})

    async def knock(self, method, path, query="", headers=(), body=b"", *, pieces=None) -> Reply:
        """Send a request with exactly this target through the ASGI application."""
        sent = list(pieces if pieces is not None else ([body] if body else []))
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        names = {name for name, _ in fields}
        if sent and b"content-length" not in names and b"transfer-encoding" not in names:
            fields.append((b"content-length", str(sum(map(len, sent))).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(b"host", b"gateway.example"), *fields],
            "client": ("192.0.2.1", 1),
            "server": ("127.0.0.1", 8704),
            "state": {},
        }
        reply = Reply()

        async def receive():
            if sent:
                return {"type": "http.request", "body": sent.pop(0), "more_body": bool(sent)}
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                reply.status, reply.headers = message["status"], list(message["headers"])
            else:
                reply.body += message.get("body", b"")
                reply.is_complete = not message.get("more_body", False)

        await self.app(scope, receive, send)
        return reply

    async def dropin(self, method, path, query="", headers=(), *, account="acc-na", **more) -> Reply:
        return await self.knock(method, path, query, [("x-amz-access-token", self.sellerport_token(account)), *headers], **more)

    async def explicit(self, method, path, query="", headers=(), *, account="acc-na", token=None, **more) -> Reply:
        bearer = ("authorization", f"Bearer {token or self.service_token()}")
        return await self.knock(method, f"/v1/accounts/{account}/spapi{path}", query, [bearer, *headers], **more)


@pytest.fixture
def make_world(tmp_path):
    return lambda **settings: World(tmp_path / "services.json", **settings)


@pytest.fixture
def world(make_world) -> World:
    return make_world()


@pytest.fixture
def accounts():
    return ACCOUNTS
