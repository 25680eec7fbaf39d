"""Keys, tokens and settings that the tests of account-svc share."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm

from account_svc.config import Config

ISSUER = "http://issuer.test/oidc"
GRANTS = {
    "token-svc": {"account-svc": ["credentials:read", "credentials:write"]},
    "operator": {"account-svc": ["accounts:admin", "applications:admin"]},
    "spapi-gateway": {"token-svc": ["tokens:issue"]},
}


@dataclass
class Keyring:
    """Private keys by service, and one of the people's issuer."""

    keys: dict[str, Ed25519PrivateKey]

    def jwk(self, name: str) -> dict[str, str]:
        return {**json.loads(OKPAlgorithm.to_jwk(self.keys[name].public_key())), "kid": f"{name}-1", "use": "sig", "alg": "EdDSA"}

    def pem(self, name: str) -> str:
        return self.keys[name].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def directory(self) -> bytes:
        services = {name: {"keys": [self.jwk(name)], "grants": GRANTS.get(name, {})} for name in self.keys if name != "people"}
        return json.dumps({"services": services}).encode()

    def sign(self, name: str, claims: dict[str, object]) -> str:
        now = int(time.time())
        return jwt.encode({"iat": now, "exp": now + 300, **claims}, self.keys[name], algorithm="EdDSA", headers={"kid": f"{name}-1"})


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring({name: Ed25519PrivateKey.generate() for name in ("account-svc", "token-svc", "operator", "spapi-gateway", "people")})


@pytest.fixture(scope="session")
def user(keyring) -> Callable[..., dict[str, str]]:
    """The header of a signed-in user: `user("acme")`."""

    def header(tenant: str, subject: str = "somebody", **claims: object) -> dict[str, str]:
        told = {"iss": ISSUER, "aud": "sellerport", "sub": subject, "tenant_id": tenant, **claims}
        return {"authorization": f"Bearer {keyring.sign('people', told)}"}

    return header


@pytest.fixture(scope="session")
def service(keyring) -> Callable[..., dict[str, str]]:
    """The header of a service: `service("token-svc", "credentials:read")`."""

    def header(name: str, scope: str, tenant: str | None = None, audience: str = "account-svc") -> dict[str, str]:
        told: dict[str, object] = {"iss": name, "sub": name, "aud": audience, "scope": scope}
        return {"authorization": f"Bearer {keyring.sign(name, told | ({'tenant': tenant} if tenant else {}))}"}

    return header


@pytest.fixture
def environment(keyring, tmp_path: Path) -> dict[str, str]:
    """Settings that work; nothing they name is there unless a test starts it."""
    directory, key = tmp_path / "services.json", tmp_path / "account-svc.pem"
    directory.write_bytes(keyring.directory())
    key.write_text(keyring.pem("account-svc"))
    return {
        "DATABASE_URL": "postgresql://account_app:x@127.0.0.1:1/account_svc",
        "NATS_URL": "nats://127.0.0.1:1",
        "TOKEN_SVC_URL": "http://127.0.0.1:1",
        "GATEWAY_URL": "http://127.0.0.1:1",
        "SERVICE_KEY_FILE": str(key),
        "SERVICE_KEY_ID": "account-svc-1",
        "SERVICE_DIRECTORY_FILE": str(directory),
        "OIDC_ISSUER": ISSUER,
        "OIDC_JWKS_URL": "http://127.0.0.1:1/jwks",
        "FRONTEND_URL": "http://page.test",
        "PUBLIC_URL": "http://door.test",
        "KEK_FILE": str(tmp_path / "kek.json"),
        "STATE_HMAC_KEY": "state-hmac-key-of-the-tests",
        "AUDIT_HMAC_KEY": "audit-hmac-key-of-the-tests",
        "AMAZON_SPAPI_APPLICATION_ID": "amzn1.sp.solution.test",
        "AMAZON_LWA_CLIENT_ID": "amzn1.application-oa2-client.test",
        "AMAZON_LWA_CLIENT_SECRET": "amzn1.oa2-cs.v1.planted",
        "AMAZON_ADS_LWA_CLIENT_ID": "amzn1.application-oa2-client.test-ads",
        "AMAZON_ADS_LWA_CLIENT_SECRET": "amzn1.oa2-cs.v1.planted-ads",
    }


@pytest.fixture
def config(environment) -> Config:
    return Config.from_env(environment)
