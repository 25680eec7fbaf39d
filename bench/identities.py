"""Keys and tokens for the bench, made anew for each run."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

_SERVICES = ("token-svc", "demo-service", "spapi-gateway")


@dataclass
class Identities:
    """Where the directory is, and the keys by which tokens are made."""

    directory_file: Path
    keys: dict[str, str]

    @property
    def gateway_key(self) -> str:
        return self.keys["spapi-gateway"]

    def sellerport_token(self, account: str) -> str:
        """Return a drop-in token as token-svc makes it."""
        claims = {
            "iss": "token-svc",
            "aud": "spapi-gateway",
            "sub": "demo-service",
            "account_id": account,
            "tenant": "bench",
            "use": "spapi",
            "exp": int(time.time()) + 3600,
        }
        return jwt.encode(claims, load_pem_private_key(self.keys["token-svc"].encode(), None), "EdDSA", {"kid": "token-svc-1"})


def make_identities(folder: Path) -> Identities:
    """Read the identities of `folder`, or make them."""
    file, keys_file = folder / "services.json", folder / "keys.json"
    if not keys_file.exists():
        keys = {name: Ed25519PrivateKey.generate() for name in _SERVICES}
        services = {name: {"keys": [_jwk(name, key)], "grants": {}} for name, key in keys.items()}
        services["demo-service"]["grants"] = {"spapi-gateway": ["spapi:call"]}
        file.write_text(json.dumps({"services": services}))
        pems = {name: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode() for name, key in keys.items()}
        keys_file.write_text(json.dumps(pems))
    return Identities(file, json.loads(keys_file.read_text()))


def _jwk(name: str, key: Ed25519PrivateKey) -> dict[str, str]:
    return {**json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key())), "kid": f"{name}-1"}
