"""Entries as cipher text."""

import os
from datetime import datetime
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from token_svc.domain.account import Account
from token_svc.domain.entry import Entry, Trouble
from token_svc.domain.grant import Grant

_VERSION: Final = b"\x01"
_NONCE: Final = 12


class _Grant(SecretStruct, kw_only=True):
    secret: str
    issued_at: datetime
    expires_at: datetime
    usable_until: datetime
    refresh_at: datetime


class _Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    grant: _Grant | None = None
    trouble: Trouble | None = None
    account: Account | None = None
    fence: int = 0


class EntryCodec:
    """Seals entries with AES-256-GCM; the key-value key is the additional data, so that no entry can be moved to another.

    The layout is version (1 byte), nonce (12), cipher text with tag. The key is derived from the configured secret with
    HKDF-SHA256, so that its form does not matter.
    """

    def __init__(self, secret: Secret) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"token-svc token cache v1").derive(secret.reveal().encode())
        self._cipher = AESGCM(key)

    def seal(self, key: str, entry: Entry) -> bytes:
        grant = None if entry.grant is None else _wire(entry.grant)
        wire = _Entry(grant=grant, trouble=entry.trouble, account=entry.account, fence=entry.fence)
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, msgspec.json.encode(wire), key.encode())

    def open(self, key: str, content: bytes) -> Entry | None:
        """Return the entry; None when it was sealed with another key or for another name, or is not an entry."""
        if content[:1] != _VERSION:
            return None
        try:
            plain = self._cipher.decrypt(content[1 : 1 + _NONCE], content[1 + _NONCE :], key.encode())
            wire = msgspec.json.decode(plain, type=_Entry)
        except (InvalidTag, msgspec.MsgspecError, ValueError):
            return None
        grant = None if wire.grant is None else _grant(wire.grant)
        return Entry(grant=grant, trouble=wire.trouble, account=wire.account, fence=wire.fence)


def _wire(grant: Grant) -> _Grant:
    return _Grant(
        secret=grant.secret.reveal(),
        issued_at=grant.issued_at,
        expires_at=grant.expires_at,
        usable_until=grant.usable_until,
        refresh_at=grant.refresh_at,
    )


def _grant(wire: _Grant) -> Grant:
    return Grant(
        secret=Secret(wire.secret),
        issued_at=wire.issued_at,
        expires_at=wire.expires_at,
        usable_until=wire.usable_until,
        refresh_at=wire.refresh_at,
    )
