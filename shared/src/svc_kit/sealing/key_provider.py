"""Who holds the key-encryption keys."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key, encrypted under the key-encryption key `kek_id`: safe to store."""

    kek_id: str
    wrapped: bytes = field(repr=False)


class KeyProvider(Protocol):
    """Wraps and unwraps data keys with key-encryption keys that never leave it."""

    async def current_key_id(self) -> str:
        """Return the id of the key that `wrap` uses now; rotation changes it."""
        ...

    async def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        """Return `key` encrypted under the current key-encryption key and bound to `context`.

        Wrapping the same key twice gives different bytes. Raises `PortError` when the holder of the keys is away.
        """
        ...

    async def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """Return the key that was wrapped, under whichever known key-encryption key it was.

        Raises `KeyNotFoundError` for an unknown key id, `SealBrokenError` when the bytes or the context are not those of
        the wrapping, `PortError` when the holder of the keys is away.
        """
        ...
