"""Key-encryption keys in a file."""

from collections.abc import Mapping
from pathlib import Path

from svc_kit.logs import get_logger
from svc_kit.sealing.aead import Aead
from svc_kit.sealing.errors import KeyNotFoundError
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.sealing.local_key_file import LocalKeyFile
from svc_kit.sealing.place import unambiguous

_Stamp = tuple[int, int, int]


class LocalKeyProvider:
    """Holds the key-encryption keys of a `LocalKeyFile`.

    Rotation: add a key to the file and name it `current`; the older ones stay for what they wrapped. A file that changed is
    read again at the next use, without a restart; one that is missing or no key file leaves the known keys in use.
    """

    def __init__(self, current: str, keys: Mapping[str, bytes], *, path: Path | None = None, seen: _Stamp | None = None) -> None:
        self._take(LocalKeyFile(current=current, keys=keys))
        self._path = path
        self._seen = seen

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> "LocalKeyProvider":
        """Read the key file and follow it; with `create`, make one with a random key (mode 0600) when there is none.

        Several processes may start at once: all end up with the same file. Raises `ValueError` when the file is not a
        key file, and `FileNotFoundError` when it is missing and not to be made.
        """
        if create and not path.exists():
            LocalKeyFile.fresh().create(path)
        seen = _stamp(path)
        file = LocalKeyFile.parse(path.read_bytes())
        return cls(file.current, file.keys, path=path, seen=seen)

    @classmethod
    def parse(cls, content: bytes) -> "LocalKeyProvider":
        """Build a provider from the content of a key file; the error never quotes the content."""
        file = LocalKeyFile.parse(content)
        return cls(file.current, file.keys)

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
        if self._path is None:
            return
        try:
            seen = _stamp(self._path)
            if seen == self._seen:
                return
            self._take(LocalKeyFile.parse(self._path.read_bytes()))
        except (OSError, ValueError) as error:
            # Keys are used rarely, so each use may say it: an operator is at work on the file, or made a mistake.
            get_logger().warning("key_file_unusable", detail=str(error))
            return
        self._seen = seen
        get_logger().info("key_file_read_again", current=self._current, keys=sorted(self._keys))

    def _take(self, file: LocalKeyFile) -> None:
        self._keys = {key_id: Aead(key) for key_id, key in file.keys.items()}
        self._current = file.current


def _stamp(path: Path) -> _Stamp:
    state = path.stat()
    return state.st_mtime_ns, state.st_size, state.st_ino


def _bound(key_id: str, context: bytes) -> bytes:
    return unambiguous("wrapped-key", key_id) + context
