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
from svc_kit.logs import get_logger
from svc_kit.sealing.aead import KEY_BYTES, Aead
from svc_kit.sealing.errors import KeyNotFoundError
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.sealing.place import unambiguous

_OWNER_ONLY: Final = 0o600
_Stamp = tuple[int, int, int]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    keys: dict[str, str]


class LocalKeyProvider:
    """Holds key-encryption keys of a JSON file: `{"current": id, "keys": {id: base64 of 32 bytes}}`.

    A file with nothing but the base64 of 32 bytes is one key, named by its own fingerprint.
    Rotation: add a key to the file and name it `current`; the older ones stay for what they wrapped. A file that changed is
    read again at the next use, without a restart; one that is missing or no key file leaves the known keys in use.
    """

    def __init__(self, current: str, keys: Mapping[str, bytes], *, file: Path | None = None, seen: _Stamp | None = None) -> None:
        self._take(current, keys)
        self._file = file
        self._seen = seen

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> "LocalKeyProvider":
        """Read the key file and follow it; with `create`, make one with a random key (mode 0600) when there is none.

        Several processes may start at once: all end up with the same file. Raises `ValueError` when the file is not a
        key file, and `FileNotFoundError` when it is missing and not to be made.
        """
        if create and not path.exists():
            _create(path)
        seen = _stamp(path)
        return cls(*_parsed(path.read_bytes()), file=path, seen=seen)

    @classmethod
    def parse(cls, content: bytes) -> "LocalKeyProvider":
        """Build a provider from the content of a key file; the error never quotes the content."""
        return cls(*_parsed(content))

    async def current_key_id(self) -> str:
        self._follow_file()
        return self._current

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        self._follow_file()
        return WrappedKey(self._current, self._keys[self._current].encrypt(key, _bound(self._current, context)))

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        self._follow_file()
        if wrapped.kek_id not in self._keys:
            raise KeyNotFoundError(f"the key file has no key {wrapped.kek_id!r}")
        return self._keys[wrapped.kek_id].decrypt(wrapped.wrapped, _bound(wrapped.kek_id, context))

    def _follow_file(self) -> None:
        if self._file is None:
            return
        try:
            seen = _stamp(self._file)
            if seen == self._seen:
                return
            self._take(*_parsed(self._file.read_bytes()))
        except (OSError, ValueError) as error:
            # Keys are used rarely, so each use may say it: an operator is at work on the file, or made a mistake.
            get_logger().warning("key_file_unusable", detail=str(error))
            return
        self._seen = seen
        get_logger().info("key_file_read_again", current=self._current, keys=sorted(self._keys))

    def _take(self, current: str, keys: Mapping[str, bytes]) -> None:
        if current not in keys:
            raise ValueError(f"the current key {current!r} is not among the keys")
        self._keys = {key_id: Aead(key) for key_id, key in keys.items()}
        self._current = current


def _stamp(path: Path) -> _Stamp:
    state = path.stat()
    return state.st_mtime_ns, state.st_size, state.st_ino


def _parsed(content: bytes) -> tuple[str, dict[str, bytes]]:
    bare = _bare_key(content)
    if bare is not None:
        key_id = hashlib.sha256(b"key-id" + bare).hexdigest()[:16]
        return key_id, {key_id: bare}
    try:
        file = msgspec.json.decode(content, type=_File)
        return file.current, {key_id: base64.b64decode(text, validate=True) for key_id, text in file.keys.items()}
    except (msgspec.MsgspecError, binascii.Error, UnicodeDecodeError):
        raise ValueError("the key file must be JSON: {current, keys: {id: base64}}") from None


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
