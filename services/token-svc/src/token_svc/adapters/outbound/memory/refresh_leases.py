"""account-svc's leases of refresh tokens, as far as token-svc sees them."""

import asyncio
import itertools
from dataclasses import dataclass, field

from svc_kit.clock import Clock
from svc_kit.errors import Conflict
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.application.ports.refresh_leases import LeaseHeld, RefreshLease


@dataclass(slots=True)
class MemoryRefreshLeases:
    """Knows the credentials of `source` and fails while it is down; `taken` counts the leases given out."""

    source: MemoryCredentialSource
    clock: Clock
    taken: int = 0
    _held: dict[str, tuple[str, int, float]] = field(default_factory=dict[str, tuple[str, int, float]])
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def take(self, account_id: str, *, refresh_token_version: int, seconds: float) -> RefreshLease:
        await asyncio.sleep(0)
        stored = self.source.stored(account_id)
        now = self.clock.monotonic()
        _, version, until = self._held.get(account_id, ("", 0, now))
        if version >= refresh_token_version and now < until:
            raise LeaseHeld("the refresh token is in use", retry_after=max(1.0, until - now))
        if stored.refresh_token_version != refresh_token_version:
            raise Conflict("another refresh token is stored")
        lease = RefreshLease(account_id=account_id, id=f"lease-{next(self._numbers)}", is_in_doubt=version == refresh_token_version)
        self._held[account_id] = (lease.id, refresh_token_version, now + seconds)
        self.taken += 1
        return lease

    async def end(self, lease: RefreshLease) -> None:
        await asyncio.sleep(0)
        self.source.stored(lease.account_id)
        if self._held.get(lease.account_id, ("",))[0] == lease.id:
            del self._held[lease.account_id]
