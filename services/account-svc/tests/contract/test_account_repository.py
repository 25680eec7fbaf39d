"""What an AccountRepository promises, asked of the fake and of PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.application.ports.account_repository import AccountFilter
from account_svc.domain.account import AccountKind, AccountStatus, Failure, Signing
from account_svc.domain.events import AccountConnected, AccountDisconnected
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.role import Role
from svc_kit.clock import SystemClock
from svc_kit.errors import Conflict
from svc_kit.ids import SystemIds, uuid7

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
def accounts(request):
    if request.param == "memory":
        return MemoryAccountRepository()
    return PostgresAccountRepository(request.getfixturevalue("database"), SystemClock(), SystemIds())


async def test_a_saved_account_comes_back_as_it_was(accounts, make_account, tenant):
    account = make_account()
    await accounts.save(account, AccountConnected(account))
    assert await accounts.get(tenant, account.id) == account
    assert await accounts.find(account.identity) == account
    assert await accounts.tenant_of(account.id) == tenant


async def test_every_field_survives_a_change(accounts, make_account, tenant):
    account = make_account()
    await accounts.save(account)
    at = account.created_at + timedelta(hours=1)
    changed = replace(
        account,
        name="Näme",
        version=2,
        signing=Signing.SIGV4,
        role=Role(arn="arn:aws:iam::123456789012:role/x", external_id="xyz"),
        last_failure=Failure(code="invalid_grant", detail="revoked", at=at),
        status=AccountStatus.REAUTHORIZATION_REQUIRED,
        is_default=True,
        authorized_at=at,
        marketplaces=("A2EUQ1WTGCTBG2", "ATVPDKIKX0DER"),
        updated_at=at,
    )
    await accounts.save(changed)
    assert await accounts.get(tenant, account.id) == changed


async def test_what_is_not_there_is_none(accounts, make_account, tenant):
    absent = make_account()
    assert await accounts.get(tenant, absent.id) is None
    assert await accounts.find(absent.identity) is None
    assert await accounts.tenant_of(absent.id) is None


async def test_another_tenants_account_is_none(accounts, make_account, tenant):
    account = make_account()
    await accounts.save(account)
    assert await accounts.get(TenantId("rival"), account.id) is None
    assert list(await accounts.page(TenantId("rival-of-all"), AccountFilter(), after=None, limit=10)) == []


async def test_only_the_next_version_is_stored(accounts, make_account, tenant):
    account = make_account()
    await accounts.save(account)
    for version in (1, 3):
        with pytest.raises(Conflict):
            await accounts.save(replace(account, version=version, name="late"))
    assert await accounts.get(tenant, account.id) == account


async def test_a_second_account_of_the_same_seller_and_region_is_a_conflict(accounts, make_account, tenant):
    first = make_account()
    await accounts.save(first)
    with pytest.raises(Conflict):
        await accounts.save(make_account())
    assert [account.id for account in await accounts.page(tenant, AccountFilter(), after=None, limit=10)] == [first.id]


async def test_two_tenants_may_connect_the_same_seller(accounts, make_account, tenant):
    await accounts.save(make_account())
    await accounts.save(make_account(owner=f"{tenant}-2"))


async def test_of_two_writers_at_once_exactly_one_succeeds(accounts, make_account, tenant):
    account = make_account()
    await accounts.save(account)
    writers = [replace(account, version=2, refresh_token_version=2, name=f"writer {number}") for number in range(6)]
    outcomes = await asyncio.gather(*(accounts.save(writer) for writer in writers), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 5 + ["NoneType"]
    stored = await accounts.get(tenant, account.id)
    assert stored == writers[[outcome is None for outcome in outcomes].index(True)]


async def test_of_two_first_saves_at_once_exactly_one_succeeds(accounts, make_account):
    outcomes = await asyncio.gather(*(accounts.save(make_account()) for _ in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 3 + ["NoneType"]


async def test_pages_hold_each_account_once_in_order_of_id(accounts, make_account, tenant):
    saved = [make_account(partner=f"A{number}SELLER") for number in range(5)]
    for account in saved:
        await accounts.save(account)
    first = await accounts.page(tenant, AccountFilter(), after=None, limit=2)
    rest = await accounts.page(tenant, AccountFilter(), after=first[-1].id, limit=10)
    assert [account.id for account in (*first, *rest)] == sorted(account.id for account in saved)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AccountFilter(), {"A1", "A2"}),
        (AccountFilter(kind=AccountKind.SELLING_PARTNER), {"A1", "A2"}),
        (AccountFilter(status=AccountStatus.DISCONNECTED), {"A2"}),
        (AccountFilter(status=AccountStatus.ACTIVE), {"A1"}),
        (AccountFilter(is_connected=True), {"A1"}),
        (AccountFilter(is_connected=False), {"A2"}),
        (AccountFilter(marketplace="A2EUQ1WTGCTBG2"), {"A2"}),
        (AccountFilter(marketplace="A2EUQ1WTGCTBG2", status=AccountStatus.ACTIVE), set()),
    ],
)
async def test_a_filter_leaves_out_what_does_not_match(accounts, make_account, tenant, wanted, found):
    await accounts.save(make_account(partner="A1"))
    second = make_account(partner="A2", marketplaces=("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"))
    await accounts.save(second)
    ended = second.disconnect(second.created_at)
    await accounts.save(ended, AccountDisconnected(ended))
    page = await accounts.page(tenant, wanted, after=None, limit=10)
    assert {account.identity.selling_partner_id for account in page} == found


async def test_a_hostile_id_finds_nothing(accounts, tenant):
    assert await accounts.get(tenant, AccountId("' OR 1=1 --")) is None
    assert await accounts.tenant_of(AccountId(uuid7())) is None


async def test_a_default_takes_over_from_the_other_one_of_its_kind(accounts, make_account, tenant):
    first, second, foreign = make_account("A1"), make_account("A2"), make_account("A1", owner=f"{tenant}-2")
    for account in (first, second, foreign):
        await accounts.save(account)
    chosen, other = first.make_default(NOW), foreign.make_default(NOW)
    await accounts.save(chosen)
    await accounts.save(other)
    await accounts.save(second.make_default(NOW))
    assert await accounts.get(tenant, first.id) == chosen.yield_default(NOW)
    assert await accounts.get(tenant, second.id) == second.make_default(NOW)
    assert await accounts.get(TenantId(f"{tenant}-2"), foreign.id) == other
    with pytest.raises(Conflict):
        await accounts.save(replace(chosen, version=3, name="late"))


async def test_of_several_defaults_at_once_one_is_left(accounts, make_account, tenant):
    made = [make_account(f"A{number}") for number in range(6)]
    for account in made:
        await accounts.save(account)
    outcomes = await asyncio.gather(*(accounts.save(account.make_default(NOW)) for account in made), return_exceptions=True)
    assert outcomes == [None] * 6
    assert sum(account.is_default for account in await accounts.page(tenant, AccountFilter(), after=None, limit=10)) == 1
