"""What RefreshLeases promises, asked of the fake and of PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.adapters.outbound.memory.refresh_leases import MemoryRefreshLeases
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.adapters.outbound.postgres.refresh_leases import PostgresRefreshLeases
from account_svc.domain.errors import RefreshLeaseHeldError
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.refresh_lease import RefreshLease
from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds, uuid7

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LENGTH = timedelta(seconds=8)


@pytest.fixture(params=["memory", "postgres"])
def leases(request):
    return MemoryRefreshLeases() if request.param == "memory" else PostgresRefreshLeases(request.getfixturevalue("database"))


@pytest.fixture
async def account(database, make_account) -> AccountId:
    made = make_account()
    await PostgresAccountRepository(database, SystemClock(), SystemIds()).save(made)
    return made.id


@pytest.fixture
def take(leases, tenant, account):
    """Take a lease of version 1 at NOW unless told otherwise."""

    async def taken(version: int = 1, at: datetime = NOW) -> RefreshLease:
        wanted = RefreshLease(id=uuid7(), tenant=tenant, account=account, refresh_token_version=version, expires_at=at + LENGTH)
        return await leases.take(wanted, at)

    return taken


async def test_the_first_taker_gets_the_lease_and_the_next_is_told_how_long_it_lasts(take):
    lease = await take()
    assert not lease.is_in_doubt
    with pytest.raises(RefreshLeaseHeldError) as caught:
        await take(at=NOW + timedelta(seconds=3))
    assert caught.value.context["retry_after"] == 5


async def test_of_many_at_once_exactly_one_gets_it(take):
    outcomes = await asyncio.gather(*(take() for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(outcome, RefreshLease) for outcome in outcomes) == 1


async def test_an_ended_lease_leaves_no_doubt(take, leases, tenant, account):
    lease = await take()
    await leases.end(tenant, account, lease.id)
    await leases.end(tenant, account, lease.id)
    assert (await take()).is_in_doubt is False


async def test_a_lease_that_expired_without_word_leaves_the_version_in_doubt_until_one_is_ended(take, leases, tenant, account):
    await take()
    assert (await take(at=NOW + LENGTH)).is_in_doubt is True
    doubtful = await take(at=NOW + 2 * LENGTH)
    assert doubtful.is_in_doubt is True
    await leases.end(tenant, account, doubtful.id)
    assert (await take()).is_in_doubt is False


async def test_a_new_version_of_the_refresh_token_is_free_and_beyond_doubt(take):
    await take(version=1)
    assert (await take(version=2)).is_in_doubt is False


async def test_an_old_version_is_refused_while_a_newer_is_in_use(take):
    await take(version=2)
    with pytest.raises(RefreshLeaseHeldError):
        await take(version=1)


async def test_nobody_ends_anothers_lease(take, leases, tenant, account):
    lease = await take()
    await leases.end(tenant, account, uuid7())
    await leases.end(TenantId("someone-else"), account, lease.id)
    with pytest.raises(RefreshLeaseHeldError):
        await take()
