"""Passwords and symmetric keys of one stack, made once."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from sellerport_stack.state.folder import kept, write_private

SDK_CLIENT_ID = "demo-service"


@dataclass(frozen=True)
class SecretStore:
    """Each secret is a file that only the owner can read; asking for one that is missing makes it."""

    folder: Path

    def password(self, name: str) -> str:
        """Return the password `name`."""
        return kept(self.folder / f"{name}.password", lambda: secrets.token_urlsafe(24))

    def key_file(self, name: str) -> Path:
        """Return a file holding 32 random bytes in base64."""
        path = self.folder / f"{name}.key"
        kept(path, lambda: base64.b64encode(secrets.token_bytes(32)).decode())
        return path

    def key_encryption_file(self) -> Path:
        """Return the file of account-svc's key-encryption keys, as its local key provider reads it."""
        path = self.folder / "kek.json"
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        kept(path, lambda: json.dumps({"current": "local-1", "keys": {"local-1": key}}, indent=2))
        return path

    def text_file(self, name: str, content: str) -> Path:
        """Return a private file with `content`, for settings that programs read from a file."""
        path = self.folder / name
        write_private(path, content)
        return path

    def sdk_secret(self) -> str:
        """Return the client secret by which SDKs name themselves to the drop-in token endpoint."""
        return self.password("sdk-client")

    def service_clients_file(self) -> Path:
        """Return the file that tells token-svc which SDK clients exist (hashes only)."""
        digest = hashlib.sha256(self.sdk_secret().encode()).hexdigest()
        clients = [{"client_id": SDK_CLIENT_ID, "secret_sha256": digest, "service": "demo-service"}]
        return self.text_file("service-clients.json", json.dumps({"clients": clients}, indent=2))
