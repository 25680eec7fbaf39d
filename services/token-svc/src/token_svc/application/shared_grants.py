"""The way to a grant: memory, shared cache, one refresh for all."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import DomainError, PortError, Timeout
from token_svc.application.deadline import Deadline
from token_svc.application.flights import Flights
from token_svc.application.ports.account_floors import AccountFloors
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.refresh_lock import Held, Lease, RefreshLock
from token_svc.application.ports.token_cache import TokenCache
from token_svc.application.statistics import Statistics
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.entry import Demand, Entry, Trouble
from token_svc.domain.grant import Grant

_ROUNDS: Final = 4
_HELD_BACK: Final = frozenset({"lwa_unavailable", "sts_unavailable", "account_service_unavailable", "application_credentials_rejected"})
_GUARD: Final = 0.9
_ANSWER_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Minting:
    """What a mint may use: what was cached before, how long it may take, what is asked for, and the fence under which it works.

    The fence is 0 without the shared lock.
    """

    previous: Entry | None
    deadline: Deadline
    demand: Demand
    fence: int

    def has_token_to_serve(self, now: datetime) -> bool:
        """Whether Amazon should still accept the previous grant, so that those who ask can be given that one."""
        grant = self.previous.grant if self.previous is not None else None
        return grant is not None and grant.is_alive(now) and not self.demand.is_rejected(grant.secret)


Mint = Callable[[Minting], Awaitable[Entry]]


class SharedGrants:
    """Returns a cached grant, or has exactly one made for all callers of all replicas.

    In order: the replica's memory; joining a refresh under way in this process; the fenced lock. The holder reads again
    before it asks Amazon; who does not get the lock reads again, then waits to be told. What fails for a passing reason
    is remembered for a moment, so that those who waited do not all ask Amazon again. Without the shared store the
    refresh is made at once: single-flight within each process only.
    """

    def __init__(
        self,
        *,
        cache: TokenCache,
        floors: AccountFloors,
        lock: RefreshLock,
        clock: Clock,
        journal: Journal,
        statistics: Statistics,
        lease_seconds: float,
    ) -> None:
        self._cache = cache
        self._floors = floors
        self._lock = lock
        self._clock = clock
        self._journal = journal
        self._statistics = statistics
        self._lease_seconds = lease_seconds
        self._flights: Flights[Entry] = Flights()
        self._is_degraded = False

    async def obtain(self, key: CacheKey, mint: Mint, deadline: Deadline, demand: Demand | None = None) -> Entry:
        """Return an entry whose grant meets the demand.

        Refuses with what `mint` refused; while a grant that Amazon should still accept is there, a passing failure is
        answered with that one. Raises `Timeout` after the deadline.
        """
        demand = demand or Demand()
        entry = self.peek(key)
        if entry is not None and demand.is_met_by(entry, self._clock.now()):
            self._statistics.hits[key.kind] += 1
            return entry
        self._statistics.misses[key.kind] += 1
        try:
            self._settled(entry, demand)
            for _ in range(_ROUNDS):
                entry = await self._flights.join(self._flight_of(key, demand), lambda own: self._fly(key, mint, demand, own), deadline)
                if demand.is_met_by(entry, self._clock.now()):
                    return entry
        except (DomainError, PortError) as error:
            self._statistics.errors[error.code if isinstance(error, DomainError) else type(error).__name__] += 1
            if (last := self._last_resort(key, error, demand)) is not None:
                return last
            raise
        raise Timeout("each new token was refused again at once")

    def peek(self, key: CacheKey) -> Entry | None:
        """Return what this replica remembers and what still counts for the account, usable or not."""
        return self._counting(self._cache.peek(key))

    def refresh_ahead(self, key: CacheKey, mint: Mint, seconds: float) -> asyncio.Task[Entry] | None:
        """Start replacing a grant in the background unless that is under way; the task's failure needs no handling."""
        name = self._flight_of(key, demand := Demand(is_ahead=True))
        if name in self._flights:
            return None
        return self._flights.launch(name, lambda own: self._fly(key, mint, demand, own), Deadline.after(self._clock, seconds))

    def is_busy(self) -> bool:
        """Whether any refresh is under way in this process."""
        return bool(self._flights)

    async def close(self, seconds: float = 0.0) -> None:
        """Let what is under way end within `seconds`, and stop the rest."""
        await self._flights.close(seconds)

    def _flight_of(self, key: CacheKey, demand: Demand) -> str:
        return f"{key.text}{'+' if demand.is_ahead else ''}{demand.rejected_sha256 or ''}"

    def _last_resort(self, key: CacheKey, error: Exception, demand: Demand) -> Entry | None:
        entry = self.peek(key)
        if isinstance(error, DomainError) and error.code not in _HELD_BACK:
            return None
        if entry is None or entry.grant is None or demand.is_rejected(entry.grant.secret) or not entry.grant.is_alive(self._clock.now()):
            return None
        self._journal.warning("old_token_served", kind=key.kind, owner=key.owner)
        return entry

    async def _fly(self, key: CacheKey, mint: Mint, demand: Demand, deadline: Deadline) -> Entry:
        waited = False
        while True:
            try:
                turn = await self._lock.acquire(key, self._lease_seconds)
            except PortError as error:
                return await self._alone(key, mint, demand, deadline, error)
            self._note_store(is_there=True)
            if isinstance(turn, Lease):
                return await self._holding(turn, mint, demand, deadline)
            if not waited:
                self._statistics.waits[key.kind] += 1
            waited = True
            if (entry := await self._look_after_losing(turn, demand, deadline)) is not None:
                return entry

    async def _look_after_losing(self, held: Held, demand: Demand, deadline: Deadline) -> Entry | None:
        entry = self._settled(await self._read(held.key), demand)
        if entry is None:
            if deadline.remaining() <= 0:
                raise Timeout("another replica is refreshing the token; it did not finish within the deadline")
            await self._lock.wait_freed(held, deadline.remaining())
            entry = self._settled(self.peek(held.key), demand)
        return entry

    async def _holding(self, lease: Lease, mint: Mint, demand: Demand, deadline: Deadline) -> Entry:
        try:
            previous = await self._read(lease.key)
            entry = self._settled(previous, demand)
            if entry is not None:
                return entry
            own = deadline.within(lease.seconds * _GUARD).earlier(_ANSWER_SECONDS)
            async with asyncio.timeout(lease.seconds * _GUARD):
                return await self._make(lease.key, mint, Minting(previous=previous, deadline=own, demand=demand, fence=lease.fence))
        except TimeoutError:
            raise Timeout("the refresh took longer than its lock allows") from None
        finally:
            await asyncio.shield(self._release(lease))

    async def _alone(self, key: CacheKey, mint: Mint, demand: Demand, deadline: Deadline, error: PortError) -> Entry:
        self._note_store(is_there=False, detail=error.detail)
        self._statistics.degraded[key.kind] += 1
        previous = self.peek(key)
        entry = self._settled(previous, demand)
        return entry or await self._make(
            key, mint, Minting(previous=previous, deadline=deadline.earlier(_ANSWER_SECONDS), demand=demand, fence=0)
        )

    async def _make(self, key: CacheKey, mint: Mint, minting: Minting) -> Entry:
        self._statistics.refreshes[key.kind] += 1
        try:
            entry = await mint(minting)
        except DomainError as error:
            if error.code in _HELD_BACK:
                await self._hold_back(key, error, minting)
            raise
        now = self._clock.now()
        standing = await self._write(key, entry.fenced(minting.fence))
        if not _is_usable(standing.grant, self._clock):
            standing = entry
        if standing.trouble is not None and standing.trouble.is_active(now) and not _is_usable(standing.grant, self._clock):
            raise standing.trouble.as_error(now)
        return standing

    async def _hold_back(self, key: CacheKey, error: DomainError, minting: Minting) -> None:
        seconds = error.context.get("retry_after")
        until = self._clock.now() + timedelta(seconds=float(seconds) if isinstance(seconds, int | float) else 1.0)
        previous = minting.previous or Entry()
        entry = replace(previous, trouble=Trouble.from_error(error, until, previous.trouble), fence=minting.fence)
        await self._write(key, entry)

    def _settled(self, entry: Entry | None, demand: Demand) -> Entry | None:
        """Return the entry when it meets the demand, raise its trouble while that lasts, or return None: make a new one."""
        now = self._clock.now()
        if demand.is_met_by(entry, now):
            return entry
        if entry is not None and entry.trouble is not None and entry.trouble.is_active(now):
            raise entry.trouble.as_error(now)
        return None

    async def _read(self, key: CacheKey) -> Entry | None:
        try:
            return self._counting(await self._cache.read(key))
        except PortError:
            return self.peek(key)

    def _counting(self, entry: Entry | None) -> Entry | None:
        """Return None for an entry made from an outdated version of its account."""
        if entry is None or entry.account is None:
            return entry
        return entry if entry.account.version >= self._floors.of(entry.account.id) else None

    async def _write(self, key: CacheKey, entry: Entry) -> Entry:
        try:
            return await self._cache.write(key, entry)
        except PortError as error:
            self._note_store(is_there=False, detail=error.detail)
            return entry

    async def _release(self, lease: Lease) -> None:
        try:
            if not await self._lock.release(lease):
                self._journal.warning("lock_overrun", kind=lease.key.kind, owner=lease.key.owner)
        except PortError as error:
            self._note_store(is_there=False, detail=error.detail)

    def _note_store(self, *, is_there: bool, detail: str = "") -> None:
        if is_there and self._is_degraded:
            self._journal.info("single_flight_restored")
        elif not is_there and not self._is_degraded:
            self._journal.warning("single_flight_degraded", reason=detail, effect="one refresh per process instead of one in all")
        self._is_degraded = not is_there


def _is_usable(grant: Grant | None, clock: Clock) -> bool:
    return grant is not None and grant.is_usable(clock.now())
