"""One at a time, across replicas."""

from dataclasses import dataclass
from typing import Protocol

from token_svc.domain.cache_key import CacheKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to make a new grant; `fence` is higher than that of every lease of this key before."""

    key: CacheKey
    fence: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody else holds the lock: `fence` names the lease to wait for."""

    key: CacheKey
    fence: int


class RefreshLock(Protocol):
    """A lock with a fence: a holder that overran its time can neither release nor overwrite the next one's.

    A lease ends by release, or when a contender has seen it unchanged for its whole time by its own clock (so the
    clocks of the replicas need not agree). Every method raises `Unavailable` when the shared store does not answer.
    """

    async def acquire(self, key: CacheKey, seconds: float) -> Lease | Held:
        """Take the lock for `seconds`, at once, or say who has it."""
        ...

    async def release(self, lease: Lease) -> bool:
        """End this very lease and return whether it still stood; another's lease is never touched."""
        ...

    async def wait_freed(self, held: Held, seconds: float) -> None:
        """Return when that lease has ended or changed hands, or after `seconds`; told, not asking again and again.

        What the holder wrote to the cache before releasing can then be seen with `peek`.
        """
        ...
