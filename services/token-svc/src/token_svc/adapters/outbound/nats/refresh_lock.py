"""The fenced refresh lock in a JetStream bucket."""

from typing import Final

import msgspec

from svc_kit.clock import Clock
from svc_kit.errors import Conflict
from token_svc.adapters.outbound.nats.watched_bucket import Seen, WatchedBucket
from token_svc.application.ports.refresh_lock import Held, Lease
from token_svc.domain.cache_key import CacheKey

_PREFIX: Final = "lock."


class _Value(msgspec.Struct, kw_only=True):
    seconds: float


class NatsRefreshLock:
    """The lock is a key; its revision in the stream, which only grows, is the fence.

    A contender that has seen the same revision for the lease's whole length (by its own monotonic clock) puts its own
    in place with compare-and-set, so that of several only one succeeds.
    """

    def __init__(self, bucket: WatchedBucket, clock: Clock) -> None:
        self._bucket = bucket
        self._clock = clock

    async def acquire(self, key: CacheKey, seconds: float) -> Lease | Held:
        name = _PREFIX + key.text
        value = msgspec.json.encode(_Value(seconds=seconds))
        seen = self._bucket.peek(name)
        if seen is not None and self._left(seen) > 0:
            seen = await self._bucket.get(name)  # it may have been released a moment ago
        for _ in range(2):
            if seen is not None and self._left(seen) > 0:
                return Held(key=key, fence=seen.revision)
            try:
                fence = await self._bucket.put(name, value, last=seen.revision if seen else 0)
            except Conflict:
                seen = await self._bucket.get(name)
            else:
                return Lease(key=key, fence=fence, seconds=seconds)
        return Held(key=key, fence=seen.revision if seen else 0)

    async def release(self, lease: Lease) -> bool:
        try:
            await self._bucket.delete(_PREFIX + lease.key.text, last=lease.fence)
        except Conflict:
            return False
        return True

    async def wait_freed(self, held: Held, seconds: float) -> None:
        name = _PREFIX + held.key.text
        seen = self._bucket.peek(name)
        left = self._left(seen) if seen is not None and seen.revision == held.fence else seconds
        await self._bucket.wait_beyond(name, held.fence, min(seconds, left))

    def _left(self, seen: Seen) -> float:
        """Return how many seconds the lease still stands in this replica's eyes; 0 when it was released."""
        if seen.value is None:
            return 0.0
        return max(0.0, seen.at + msgspec.json.decode(seen.value, type=_Value).seconds - self._clock.monotonic())
