"""The bytes of a sealed value: version (1), data-key id (16), nonce (12), text, tag (16). docs/sealing.md has an example."""

import uuid
from typing import Final

from svc_kit.sealing.aead import Aead
from svc_kit.sealing.errors import SealBrokenError, UnknownVersionError
from svc_kit.sealing.place import Place

VERSION: Final = 1
_ID_BYTES: Final = 16
_HEAD: Final = 1 + _ID_BYTES


def seal_under(key_id: uuid.UUID, key: Aead, place: Place, plain: bytes) -> bytes:
    """Return `plain` sealed for `place` under this data key."""
    head = bytes([VERSION]) + key_id.bytes
    return head + key.encrypt(plain, head + place.encode())


def key_id_of(sealed: bytes) -> uuid.UUID:
    """Return the id of the data key that sealed a value; raise `UnknownVersionError`, `SealBrokenError`."""
    if not sealed or sealed[0] != VERSION:
        raise UnknownVersionError("the sealed value has a format that is not known here")
    if len(sealed) < _HEAD:
        raise SealBrokenError("the sealed value is cut short")
    return uuid.UUID(bytes=sealed[1:_HEAD])


def open_under(key: Aead, place: Place, sealed: bytes) -> bytes:
    """Return what this data key sealed for `place`; raise `SealBrokenError`."""
    return key.decrypt(sealed[_HEAD:], sealed[:_HEAD] + place.encode())
