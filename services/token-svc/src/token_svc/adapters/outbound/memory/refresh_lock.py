"""A fenced lock in memory."""

import asyncio

from svc_kit.clock import Clock
from token_svc.adapters.outbound.memory.shared_store import SharedStore
from token_svc.application.ports.refresh_lock import Held, Lease
from token_svc.domain.cache_key import CacheKey


class MemoryRefreshLock:
    """One replica's view of the locks in a `SharedStore`."""

    def __init__(self, store: SharedStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[str, tuple[int, float, float]] = {}

    async def acquire(self, key: CacheKey, seconds: float) -> Lease | Held:
        await self._store.reach()
        now = self._clock.monotonic()
        holder = self._store.locks.get(key.text)
        if holder is not None:
            fence, since, length = self._seen.get(key.text, (0, now, seconds))
            if fence != holder:
                since, length = now, seconds
                self._seen[key.text] = (holder, since, length)
            if now - since < length:
                return Held(key=key, fence=holder)
        fence = self._store.next()
        self._store.locks[key.text] = fence
        self._store.announce()
        return Lease(key=key, fence=fence, seconds=seconds)

    async def release(self, lease: Lease) -> bool:
        await self._store.reach()
        if self._store.locks.get(lease.key.text) != lease.fence:
            return False
        del self._store.locks[lease.key.text]
        self._store.announce()
        return True

    async def wait_freed(self, held: Held, seconds: float) -> None:
        _, since, length = self._seen.get(held.key.text, (0, self._clock.monotonic(), seconds))
        patience = min(seconds, max(0.0, since + length - self._clock.monotonic()))
        try:
            async with asyncio.timeout(patience):
                while self._store.locks.get(held.key.text) == held.fence:
                    await self._store.changed.wait()
        except TimeoutError:
            return
