"""Key-encryption keys in the transit engine of HashiCorp Vault or OpenBao."""

import base64
import re
from typing import Any, Final

from svc_kit.errors import Unavailable
from svc_kit.sealing.errors import KeyNotFoundError, SealBrokenError
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.vault import VaultClient, VaultRefusedError

_CIPHER_TEXT: Final = re.compile(rb"vault:v([0-9]{1,9}):[A-Za-z0-9+/=]+")
# Words of Vault's transit engine (sdk/helper/keysutil/policy.go): of a version below min_decryption_version, or one that a
# restore has not brought back; and of a key that was deleted.
_GONE: Final = ("too old", "too new", "key not found", "no handler for route")


class VaultTransitKeyProvider:
    """Has transit encrypt and decrypt data keys; the context is transit's `associated_data`.

    Each version of the transit key is a key-encryption key of its own: `<mount>/<key>:v<version>`. Rotation: `vault write
    -f <mount>/keys/<key>/rotate`; after the rewrap, `min_decryption_version` and `trim` destroy the old one.
    """

    def __init__(self, client: VaultClient, *, key: str, mount: str = "transit") -> None:
        self._client = client
        self._key = key
        self._mount = mount

    async def current_key_id(self) -> str:
        try:
            answer = await self._client.ask("GET", f"{self._mount}/keys/{self._key}")
        except VaultRefusedError as error:
            raise KeyNotFoundError(f"Vault has no transit key {self._mount}/{self._key}") from error
        return self._id(_field(answer, "latest_version", int))

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        body = {"plaintext": _base64(key), "associated_data": _base64(context)}
        try:
            answer = await self._client.ask("POST", f"{self._mount}/encrypt/{self._key}", body)
        except VaultRefusedError as error:
            raise KeyNotFoundError(f"Vault cannot encrypt with {self._mount}/{self._key}: {error}") from error
        text = _field(answer, "ciphertext", str).encode()
        found = _CIPHER_TEXT.fullmatch(text)
        if found is None:
            raise Unavailable("Vault answered something that is no cipher text")
        return WrappedKey(self._id(int(found[1])), text)

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        found = _CIPHER_TEXT.fullmatch(wrapped.wrapped)
        if not wrapped.kek_id.startswith(f"{self._mount}/{self._key}:v"):
            raise KeyNotFoundError(f"{wrapped.kek_id!r} is no version of the transit key {self._mount}/{self._key}")
        if found is None or self._id(int(found[1])) != wrapped.kek_id:
            raise SealBrokenError("the wrapped key is no cipher text of the key that it names")
        body = {"ciphertext": wrapped.wrapped.decode(), "associated_data": _base64(context)}
        try:
            answer = await self._client.ask("POST", f"{self._mount}/decrypt/{self._key}", body)
        except VaultRefusedError as error:
            if error.says(*_GONE):
                raise KeyNotFoundError(f"Vault no longer decrypts with {wrapped.kek_id!r}: {error}") from error
            raise SealBrokenError(f"Vault refuses the wrapped key: {error}") from error
        return base64.b64decode(_field(answer, "plaintext", str))

    def _id(self, version: int) -> str:
        return f"{self._mount}/{self._key}:v{version}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _field(answer: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = answer.get(name)
    if not isinstance(value, kind):
        raise Unavailable(f"Vault answered without {name}")
    return value
