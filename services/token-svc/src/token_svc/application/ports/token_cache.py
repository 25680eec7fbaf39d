"""Grants that every replica knows."""

from collections.abc import Collection, Iterable
from typing import Protocol

from token_svc.domain.cache_key import CacheKey, Kind
from token_svc.domain.entry import Entry


class TokenCache(Protocol):
    """Remembers one entry per key for all replicas; each replica holds a copy in memory that follows the others'.

    Nothing readable is stored outside this process.
    """

    def peek(self, key: CacheKey) -> Entry | None:
        """Return what this replica has heard of, at once; another replica's write is heard within milliseconds."""
        ...

    async def read(self, key: CacheKey) -> Entry | None:
        """Return what is stored now, with every write that ended before the call.

        Raises `Unavailable` when the shared store does not answer.
        """
        ...

    async def write(self, key: CacheKey, entry: Entry) -> Entry:
        """Store the entry and return the one that stands.

        A stored entry with a higher `fence`, or a removal after the lock of that number was taken, stands and is not
        overwritten; the return value is then the stored entry, or `entry` itself (not stored) after a removal. Raises
        `Unavailable` when the shared store does not answer; this replica remembers `entry` all the same.
        """
        ...

    async def remove(self, account_id: str | None = None, *, kinds: Collection[Kind] | None = None) -> int:
        """Forget all of one account, or everything, in all replicas, and return how many entries that were.

        With `kinds`, only entries of those kinds.

        Entries of kind `rotation` stay: they hold what nobody else has. An access token that a lock holder writes later
        under a lock taken earlier is not stored. Raises `Unavailable` when the shared store does not answer; this replica
        has forgotten all the same.
        """
        ...

    def known(self) -> Iterable[tuple[CacheKey, Entry]]:
        """Return what this replica remembers and is still of use; of keys, kind and owner are meant to be read."""
        ...
