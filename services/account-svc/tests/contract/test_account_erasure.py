"""What an AccountErasure promises, asked of the fake and of PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest

from account_svc.adapters.outbound.memory.account_erasure import MemoryAccountErasure
from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.adapters.outbound.memory.sync_records import MemorySyncRecords
from account_svc.adapters.outbound.postgres.account_erasure import PostgresAccountErasure
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.adapters.outbound.postgres.sync_records import PostgresSyncRecords
from account_svc.domain.events import AccountErased
from account_svc.domain.identifiers import TenantId
from account_svc.domain.sync_record import RunOutcome, SyncRecord
from svc_kit.clock import SystemClock
from svc_kit.errors import Conflict
from svc_kit.ids import SystemIds


@pytest.fixture(params=["memory", "postgres"])
def stores(request):
    """Erasure, accounts, records of the same store."""
    if request.param == "memory":
        accounts = MemoryAccountRepository()
        return MemoryAccountErasure(accounts), accounts, MemorySyncRecords(accounts)
    database = request.getfixturevalue("database")
    clock, ids = SystemClock(), SystemIds()
    accounts = PostgresAccountRepository(database, clock, ids)
    return PostgresAccountErasure(database, clock, ids), accounts, PostgresSyncRecords(database)


async def test_nothing_of_an_erased_account_stays_and_the_others_do(stores, make_account, tenant):
    erasure, accounts, records = stores
    account, other = make_account("A1"), make_account("A2")
    for made in (account, other):
        await accounts.save(made)
        for code in (None, "access_denied"):
            await records.note(tenant, RunOutcome(account=made.id, dataset="orders", at=made.created_at, failure_code=code))
    before = (await records.of(tenant, [other.id]))[other.id]
    await erasure.erase(AccountErased(account.ended(account.created_at)))
    assert await accounts.get(tenant, account.id) is None
    assert await accounts.find(account.identity) is None
    assert await accounts.tenant_of(account.id) is None
    assert await accounts.get(tenant, other.id) == other
    assert await records.of(tenant, [account.id, other.id]) == {account.id: SyncRecord(), other.id: before}


async def test_a_record_that_comes_late_does_not_bring_it_back(stores, make_account, tenant):
    erasure, accounts, records = stores
    account = make_account()
    await accounts.save(account)
    await erasure.erase(AccountErased(account.ended(account.created_at)))
    await records.note(tenant, RunOutcome(account=account.id, dataset="orders", at=account.created_at))
    assert await records.of(tenant, [account.id]) == {account.id: SyncRecord()}
    with pytest.raises(Conflict):
        await accounts.save(replace(account, version=2))


async def test_an_account_that_changed_meanwhile_is_a_conflict(stores, make_account, tenant):
    erasure, accounts, _ = stores
    account = make_account()
    await accounts.save(account)
    changed = replace(account, version=2, name="newer")
    await accounts.save(changed)
    with pytest.raises(Conflict):
        await erasure.erase(AccountErased(account.ended(account.created_at)))
    assert await accounts.get(tenant, account.id) == changed


async def test_of_several_at_once_exactly_one_succeeds(stores, make_account):
    erasure, accounts, _ = stores
    account = make_account()
    await accounts.save(account)
    event = AccountErased(account.ended(account.created_at))
    outcomes = await asyncio.gather(*(erasure.erase(event) for _ in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 3 + ["NoneType"]


async def test_another_tenant_erases_nothing(stores, make_account, tenant):
    erasure, accounts, _ = stores
    account = make_account()
    await accounts.save(account)
    foreign = replace(account, identity=replace(account.identity, tenant=TenantId(f"{tenant}-2")))
    with pytest.raises(Conflict):
        await erasure.erase(AccountErased(foreign.ended(account.created_at)))
    assert await accounts.get(tenant, account.id) == account


async def test_the_same_seller_may_connect_anew(stores, make_account, tenant):
    erasure, accounts, _ = stores
    account = make_account()
    await accounts.save(account)
    await erasure.erase(AccountErased(account.ended(account.created_at)))
    again = make_account()
    await accounts.save(again)
    assert await accounts.find(account.identity) == again
