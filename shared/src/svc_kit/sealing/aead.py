"""AES-256-GCM (NIST SP 800-38D) with a nonce that no caller can choose."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from svc_kit.sealing.errors import SealBrokenError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class Aead:
    """One AES-256 key in use.

    Every encryption draws its own random 96-bit nonce, so none is repeated by construction; SP 800-38D section 8.3 allows
    2^32 encryptions under one key that way, far more than one tenant's secrets need.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("an AES-256 key has 32 bytes")
        self._cipher = AESGCM(key)

    def encrypt(self, plain: bytes, additional: bytes) -> bytes:
        """Return nonce, encrypted text and tag in one."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, additional)

    def decrypt(self, sealed: bytes, additional: bytes) -> bytes:
        """Return the text; raise `SealBrokenError` unless `sealed` and `additional` are exactly those of the encryption."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise SealBrokenError("the sealed value is cut short")
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], additional)
        except InvalidTag:
            raise SealBrokenError("the sealed value was changed, or does not belong here") from None
