"""What SyncRecords promises, asked of the fake and of PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.adapters.outbound.memory.sync_records import MemorySyncRecords
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.adapters.outbound.postgres.sync_records import PostgresSyncRecords
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.sync_record import DatasetRecord, RunOutcome, SyncRecord
from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds, uuid7

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(params=["memory", "postgres"])
def stores(request):
    """The records, and the accounts they belong to."""
    if request.param == "memory":
        accounts = MemoryAccountRepository()
        return MemorySyncRecords(accounts), accounts
    database = request.getfixturevalue("database")
    return PostgresSyncRecords(database), PostgresAccountRepository(database, SystemClock(), SystemIds())


@pytest.fixture
def records(stores):
    return stores[0]


@pytest.fixture
async def account_id(stores, make_account) -> AccountId:
    account = make_account()
    await stores[1].save(account)
    return account.id


async def note_all(records, tenant, *outcomes):
    for outcome in outcomes:
        await records.note(tenant, outcome)


async def test_nothing_is_known_of_an_account_without_runs(records, tenant, account_id):
    nobody = AccountId(uuid7())
    assert await records.of(tenant, [account_id, nobody]) == {account_id: SyncRecord(), nobody: SyncRecord()}
    assert await records.of(tenant, []) == {}


async def test_the_newest_success_and_failure_of_each_dataset_are_kept_in_any_order(records, tenant, account_id):
    outcomes = [
        RunOutcome(account=account_id, dataset="orders", at=NOON),
        RunOutcome(account=account_id, dataset="orders", at=NOON - HOUR),
        RunOutcome(account=account_id, dataset="inventory", at=NOON - HOUR, failure_code="access_denied"),
        RunOutcome(account=account_id, dataset="inventory", at=NOON - 2 * HOUR, failure_code="older"),
        RunOutcome(account=account_id, dataset="inventory", at=NOON - 3 * HOUR),
    ]
    expected = SyncRecord(
        datasets=(
            DatasetRecord(dataset="inventory", succeeded_at=NOON - 3 * HOUR, failed_at=NOON - HOUR, failure_code="access_denied"),
            DatasetRecord(dataset="orders", succeeded_at=NOON),
        ),
        failure_days=frozenset({NOON.date()}),
    )
    for order in (outcomes, outcomes[::-1]):
        await note_all(records, tenant, *order)
        assert (await records.of(tenant, [account_id]))[account_id] == expected


async def test_failures_of_one_day_are_one_day_and_old_days_are_forgotten(records, tenant, account_id):
    days = (0, 0, 1, 29, 30)
    for number in sorted(days, reverse=True):
        await records.note(tenant, RunOutcome(account=account_id, dataset="orders", at=NOON - DAY * number, failure_code="x"))
    known = (await records.of(tenant, [account_id]))[account_id]
    assert known.failure_days == {(NOON - DAY * number).date() for number in (0, 1, 29)}


async def test_many_at_once_are_as_good_as_one_after_the_other(records, tenant, account_id):
    outcomes = [
        RunOutcome(account=account_id, dataset="orders", at=NOON + HOUR * number, failure_code="x" if number % 2 else None)
        for number in range(8)
    ]
    await asyncio.gather(*(records.note(tenant, outcome) for outcome in outcomes))
    (known,) = (await records.of(tenant, [account_id]))[account_id].datasets
    assert (known.succeeded_at, known.failed_at) == (NOON + 6 * HOUR, NOON + 7 * HOUR)


@pytest.mark.parametrize("code", [None, "access_denied"])
async def test_an_account_that_the_tenant_does_not_have_leaves_no_record(records, tenant, account_id, code):
    rival = TenantId(f"{tenant}-2")
    await records.note(rival, RunOutcome(account=account_id, dataset="orders", at=NOON, failure_code=code))
    await records.note(tenant, RunOutcome(account=AccountId(uuid7()), dataset="orders", at=NOON, failure_code=code))
    for asking in (tenant, rival):
        assert (await records.of(asking, [account_id]))[account_id] == SyncRecord()


async def test_another_tenant_sees_no_record(records, tenant, account_id):
    await records.note(tenant, RunOutcome(account=account_id, dataset="orders", at=NOON, failure_code="x"))
    assert (await records.of(TenantId(f"{tenant}-2"), [account_id]))[account_id] == SyncRecord()
