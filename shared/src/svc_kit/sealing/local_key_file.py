"""The file that holds key-encryption keys: JSON `{"current": id, "keys": {id: base64 of 32 bytes}}`."""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from svc_kit.ids import uuid7
from svc_kit.sealing.aead import KEY_BYTES

_OWNER_ONLY: Final = 0o600


class _Json(msgspec.Struct, forbid_unknown_fields=True):
    current: str
    keys: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalKeyFile:
    """The content of a key file. A file with nothing but the base64 of 32 bytes is one key, named by its own fingerprint."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError(f"the current key {self.current!r} is not among the keys")
        if any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise ValueError("a key-encryption key has 32 bytes")

    @classmethod
    def parse(cls, content: bytes) -> "LocalKeyFile":
        """Read the content of a key file; raise `ValueError`, which never quotes it."""
        bare = _bare_key(content)
        if bare is not None:
            key_id = hashlib.sha256(b"key-id" + bare).hexdigest()[:16]
            return cls(current=key_id, keys={key_id: bare})
        try:
            file = msgspec.json.decode(content, type=_Json)
            keys = {key_id: base64.b64decode(text, validate=True) for key_id, text in file.keys.items()}
        except (msgspec.MsgspecError, binascii.Error, UnicodeDecodeError):
            raise ValueError("the key file must be JSON: {current, keys: {id: base64}}") from None
        return cls(current=file.current, keys=keys)

    @classmethod
    def fresh(cls) -> "LocalKeyFile":
        """Return a file with one random key."""
        key_id = uuid7()
        return cls(current=key_id, keys={key_id: secrets.token_bytes(KEY_BYTES)})

    def with_new_key(self) -> "LocalKeyFile":
        """Return the file with a random key more, which is current."""
        added = self.fresh()
        return LocalKeyFile(current=added.current, keys={**self.keys, **added.keys})

    def without(self, key_id: str) -> "LocalKeyFile":
        """Return the file without that key; raise `ValueError` when it is current or not there."""
        if key_id == self.current or key_id not in self.keys:
            raise ValueError(f"the key file has no older key {key_id!r}")
        return LocalKeyFile(current=self.current, keys={known: key for known, key in self.keys.items() if known != key_id})

    def create(self, path: Path) -> None:
        """Write the file (mode 0600) unless there is one: of several processes at once one writes, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._draft(path)
        # A link appears whole or not at all, and never replaces a key file that another process was first to make.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()

    def replace(self, path: Path) -> None:
        """Write the file in place of the one that is there, whole or not at all; owner and mode stay, so its readers do."""
        draft, there = self._draft(path), path.stat()
        if (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(draft, there.st_uid, there.st_gid)
        draft.chmod(stat.S_IMODE(there.st_mode))
        draft.replace(path)

    def _draft(self, path: Path) -> Path:
        draft = path.with_name(f"{path.name}.{uuid7()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(_Json(self.current, {name: base64.b64encode(key).decode() for name, key in self.keys.items()})))
            file.flush()
            os.fsync(file.fileno())
        return draft


def _bare_key(content: bytes) -> bytes | None:
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except binascii.Error:
        return None
    return key if len(key) == KEY_BYTES else None
