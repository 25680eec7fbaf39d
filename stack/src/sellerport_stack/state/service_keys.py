"""Keys of the services and the directory that says who may ask what of whom."""

import json
from pathlib import Path
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from sellerport_stack.state.folder import kept, write_private

# service → audience → scopes. Whoever is not named here is nobody.
GRANTS: Final[dict[str, dict[str, list[str]]]] = {
    "account-svc": {"token-svc": ["authorizations:exchange", "cache:clear"], "spapi-gateway": ["ads:call"]},
    "token-svc": {"account-svc": ["credentials:read", "credentials:write"]},
    "spapi-gateway": {"token-svc": ["tokens:issue"]},
    "sync-svc": {"spapi-gateway": ["spapi:call"]},
    "demo-service": {"spapi-gateway": ["spapi:call", "ads:call"]},
    "operator": {
        "account-svc": ["accounts:admin", "applications:admin"],
        "token-svc": ["handles:issue", "cache:read", "cache:clear", "tokens:issue"],
        "spapi-gateway": ["spapi:call", "ads:call", "gateway:read"],
        "sync-svc": ["sync:admin"],
    },
}
# Whose tokens may name several audiences at once: people, not services.
ROAMING: Final = ("operator",)


class ServiceKeys:
    """One Ed25519 key a service, made once; `directory` holds the public halves and the grants."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.directory = folder / "directory.json"

    def ensure(self) -> None:
        """Make what is missing and write the directory."""
        services = {
            name: {"keys": [self._public(name)], "grants": grants, "several_audiences": name in ROAMING} for name, grants in GRANTS.items()
        }
        write_private(self.directory, json.dumps({"services": services}, indent=2))

    def key_file(self, service: str) -> Path:
        """Return the PEM file of `service`."""
        return self._folder / f"{service}.pem"

    def key_id(self, service: str) -> str:
        """Return the key id by which the directory knows the key of `service`."""
        return f"{service}-1"

    def sign(self, service: str, claims: dict[str, object]) -> str:
        """Return `claims` as a JWT of `service`."""
        return jwt.encode(claims, self._private(service), algorithm="EdDSA", headers={"kid": self.key_id(service)})

    def _private(self, service: str) -> Ed25519PrivateKey:
        pem = kept(self.key_file(service), _new_key)
        key = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{self.key_file(service)} is not an Ed25519 key; `make clean` makes new ones")
        return key

    def _public(self, service: str) -> dict[str, object]:
        jwk = OKPAlgorithm.to_jwk(self._private(service).public_key(), as_dict=True)
        return {**jwk, "kid": self.key_id(service), "use": "sig", "alg": "EdDSA"}


def _new_key() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
