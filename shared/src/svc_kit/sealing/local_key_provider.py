"""Key-encryption keys in a file."""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from svc_kit.ids import uuid7
from svc_kit.sealing.aead import KEY_BYTES, Aead
from svc_kit.sealing.errors import KeyNotFoundError
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.sealing.place import unambiguous

_OWNER_ONLY: Final = 0o600


class _File(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    keys: dict[str, str]


class LocalKeyProvider:
    """Holds key-encryption keys of a JSON file: `{"current": id, "keys": {id: base64 of 32 bytes}}`.

    A file with nothing but the base64 of 32 bytes is one key, named by its own fingerprint.
    Rotation: add a key to the file, name it `current`, restart; the older ones stay for what they wrapped.
    """

    def __init__(self, current: str, keys: Mapping[str, bytes]) -> None:
        if current not in keys:
            raise ValueError(f"the current key {current!r} is not among the keys")
        self._current = current
        self._keys = {key_id: Aead(key) for key_id, key in keys.items()}

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> "LocalKeyProvider":
        """Read the key file; with `create`, make one with a random key (mode 0600) when there is none.

        Several processes may start at once: all end up with the same file. Raises `ValueError` when the file is not a
        key file, and `FileNotFoundError` when it is missing and not to be made.
        """
        if create and not path.exists():
            _create(path)
        return cls.parse(path.read_bytes())

    @classmethod
    def parse(cls, content: bytes) -> "LocalKeyProvider":
        """Build a provider from the content of a key file; the error never quotes the content."""
        bare = _bare_key(content)
        if bare is not None:
            key_id = hashlib.sha256(b"key-id" + bare).hexdigest()[:16]
            return cls(key_id, {key_id: bare})
        try:
            file = msgspec.json.decode(content, type=_File)
            keys = {key_id: base64.b64decode(text, validate=True) for key_id, text in file.keys.items()}
        except (msgspec.MsgspecError, binascii.Error, UnicodeDecodeError):
            raise ValueError("the key file must be JSON: {current, keys: {id: base64}}") from None
        return cls(file.current, keys)

    async def current_key_id(self) -> str:
        return self._current

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        return WrappedKey(self._current, self._keys[self._current].encrypt(key, _bound(self._current, context)))

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        if wrapped.kek_id not in self._keys:
            raise KeyNotFoundError(f"the key file has no key {wrapped.kek_id!r}")
        return self._keys[wrapped.kek_id].decrypt(wrapped.wrapped, _bound(wrapped.kek_id, context))


def _bare_key(content: bytes) -> bytes | None:
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except binascii.Error:
        return None
    return key if len(key) == KEY_BYTES else None


def _bound(key_id: str, context: bytes) -> bytes:
    return unambiguous("wrapped-key", key_id) + context


def _create(path: Path) -> None:
    key_id = uuid7()
    content = msgspec.json.encode(_File(key_id, {key_id: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{key_id}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never replaces a key file that another process was first to make.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
