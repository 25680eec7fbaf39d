"""RefreshLeases: the promises of its docstrings, by the fake and by the HTTP client against a strict stand-in of account-svc."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from svc_kit.clock import ManualClock
from svc_kit.errors import Conflict, DomainError, Unavailable
from svc_kit.secret import Secret
from token_svc.adapters.outbound.account.refresh_leases import HttpRefreshLeases
from token_svc.adapters.outbound.memory.credential_source import MemoryCredentialSource
from token_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from token_svc.application.ports.refresh_leases import LeaseHeld, RefreshLease, RefreshLeases


@dataclass
class Leases:
    port: RefreshLeases
    stored: MemoryCredentialSource
    clock: ManualClock

    async def take(self, version: int = 1) -> RefreshLease:
        return await self.port.take("acc-1", refresh_token_version=version, seconds=8)


@pytest.fixture(params=["memory", "http"])
async def leases(request, make_credentials, speaking_to_account_svc) -> AsyncIterator[Leases]:
    stored, clock = MemoryCredentialSource(), ManualClock()
    stored.put(make_credentials("acc-1"))
    fake = MemoryRefreshLeases(stored, clock)
    if request.param == "memory":
        yield Leases(fake, stored, clock)
        return
    async with speaking_to_account_svc(stored, fake) as (client, _server):
        yield Leases(HttpRefreshLeases(client), stored, clock)


async def test_of_many_at_once_exactly_one_gets_the_lease(leases):
    outcomes = await asyncio.gather(*(leases.take() for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(outcome, RefreshLease) for outcome in outcomes) == 1
    held = [outcome for outcome in outcomes if isinstance(outcome, LeaseHeld)]
    assert len(held) == 9
    assert all(refusal.retry_after >= 1 for refusal in held)


async def test_an_ended_lease_leaves_no_doubt(leases):
    lease = await leases.take()
    for _ in range(2):
        await leases.port.end(lease)
    assert (await leases.take()).is_in_doubt is False


async def test_a_lease_that_expired_without_word_leaves_doubt(leases):
    await leases.take()
    leases.clock.advance(8)
    assert (await leases.take()).is_in_doubt is True


async def test_too_late_an_end_touches_nobody_elses(leases):
    late = await leases.take()
    leases.clock.advance(8)
    await leases.take()
    await leases.port.end(late)
    with pytest.raises(LeaseHeld):
        await leases.take()


async def test_another_version_than_the_stored_one_is_a_conflict(leases):
    with pytest.raises(Conflict):
        await leases.take(version=2)
    await leases.take()
    await leases.stored.replace_refresh_token("acc-1", expected_version=1, refresh_token=Secret("Atzr|2"))
    assert (await leases.take(version=2)).is_in_doubt is False


async def test_an_unknown_account_is_refused(leases):
    with pytest.raises(DomainError, match="account_not_found"):
        await leases.port.take("acc-9", refresh_token_version=1, seconds=8)
    with pytest.raises(DomainError, match="account_not_found"):
        await leases.port.end(RefreshLease(account_id="acc-9", id="lease-1"))


async def test_an_account_svc_that_cannot_serve_is_unavailable(leases):
    leases.stored.is_down = True
    with pytest.raises(Unavailable):
        await leases.take()
