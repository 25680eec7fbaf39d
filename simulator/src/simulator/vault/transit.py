"""The transit secrets engine: named keys with versions, aes256-gcm96 with associated data."""

import base64
import os
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulator.vault.refusal import RefusedError, answer, decoded
from simulator.web.response import Response

_NONCE = 12


@dataclass
class TransitKey:
    """One named key; version 1 is the first."""

    versions: dict[int, bytes] = field(default_factory=lambda: {1: os.urandom(32)})
    min_decryption_version: int = 1
    min_available_version: int = 0
    deletion_allowed: bool = False

    @property
    def latest(self) -> int:
        """The version that encrypts."""
        return max(self.versions)


class TransitEngine:
    """What is mounted at `transit/`."""

    def __init__(self) -> None:
        self.keys: dict[str, TransitKey] = {}

    def handle(self, method: str, parts: list[str], body: dict[str, Any]) -> Response:
        """Answers `<mount>/<parts>`."""
        match (method, parts):
            case ("POST" | "PUT", ["keys", name]):
                self.keys.setdefault(name, TransitKey())
                return self._described(name)
            case ("GET", ["keys", name]):
                return self._described(name)
            case ("DELETE", ["keys", name]):
                if not self._known(name).deletion_allowed:
                    raise RefusedError(400, f"error deleting policy {name}: deletion is not allowed for this key")
                del self.keys[name]
                return Response(204)
            case ("POST" | "PUT", ["keys", name, "rotate"]):
                key = self._known(name)
                key.versions[key.latest + 1] = os.urandom(32)
                return self._described(name)
            case ("POST" | "PUT", ["keys", name, "config"]):
                return self._configured(name, body)
            case ("POST" | "PUT", ["keys", name, "trim"]):
                return self._trimmed(name, body)
            case ("POST" | "PUT", ["encrypt", name]):
                return self._encrypted(name, body)
            case ("POST" | "PUT", ["decrypt", name]):
                return self._decrypted(name, body)
            case _:
                raise RefusedError(405, "unsupported operation")

    def _known(self, name: str) -> TransitKey:
        if name not in self.keys:
            raise RefusedError(400, "encryption key not found")
        return self.keys[name]

    def _described(self, name: str) -> Response:
        if name not in self.keys:
            raise RefusedError(404)
        key = self.keys[name]
        return answer(
            {
                "name": name,
                "type": "aes256-gcm96",
                "latest_version": key.latest,
                "min_decryption_version": key.min_decryption_version,
                "min_available_version": key.min_available_version,
                "min_encryption_version": 0,
                "deletion_allowed": key.deletion_allowed,
                "derived": False,
                "exportable": False,
                "keys": {str(version): 0 for version in key.versions if version >= key.min_decryption_version},
            }
        )

    def _configured(self, name: str, body: dict[str, Any]) -> Response:
        key = self._known(name)
        wanted = int(body.get("min_decryption_version", key.min_decryption_version))
        if not max(1, key.min_available_version) <= wanted <= key.latest:
            raise RefusedError(400, "min decryption version should not be greater than the latest or below the available key version")
        key.min_decryption_version = wanted
        key.deletion_allowed = bool(body.get("deletion_allowed", key.deletion_allowed))
        return self._described(name)

    def _trimmed(self, name: str, body: dict[str, Any]) -> Response:
        key = self._known(name)
        wanted = int(body.get("min_available_version", 0))
        if wanted > key.min_decryption_version:
            raise RefusedError(400, "minimum available version cannot be greater than minimum decryption version")
        key.min_available_version = wanted
        key.versions = {version: secret for version, secret in key.versions.items() if version >= wanted}
        return Response(204)

    def _encrypted(self, name: str, body: dict[str, Any]) -> Response:
        plain, additional = decoded(body, "plaintext"), decoded(body, "associated_data", required=False)
        key = self.keys.setdefault(name, TransitKey())  # Vault makes a missing key when the policy has `create`
        version, nonce = key.latest, os.urandom(_NONCE)
        sealed = nonce + AESGCM(key.versions[version]).encrypt(nonce, plain, additional)
        return answer({"ciphertext": f"vault:v{version}:{base64.b64encode(sealed).decode()}", "key_version": version})

    def _decrypted(self, name: str, body: dict[str, Any]) -> Response:
        key = self._known(name)
        additional = decoded(body, "associated_data", required=False)
        found = re.fullmatch(r"vault:v([0-9]+):(.*)", str(body.get("ciphertext", "")), re.DOTALL)
        if found is None:
            raise RefusedError(400, "invalid ciphertext: no prefix")
        version = int(found[1])
        if version > key.latest:
            raise RefusedError(400, "invalid ciphertext: version is too new")
        if version < key.min_decryption_version:
            raise RefusedError(400, "ciphertext or signature version is disallowed by policy (too old)")
        sealed = decoded({"ciphertext": found[2]}, "ciphertext")
        try:
            plain = AESGCM(key.versions[version]).decrypt(sealed[:_NONCE], sealed[_NONCE:], additional)
        except (InvalidTag, ValueError):
            raise RefusedError(400, "invalid ciphertext: unable to decrypt") from None
        return answer({"plaintext": base64.b64encode(plain).decode()})
