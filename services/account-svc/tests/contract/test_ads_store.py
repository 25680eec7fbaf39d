"""What an AdsStore promises, asked of the fake and of PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from account_svc.adapters.outbound.memory.ads_store import MemoryAdsStore
from account_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from account_svc.adapters.outbound.postgres.ads_store import PostgresAdsStore
from account_svc.domain.advertising import AdsKind, AdsRecord
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.region import Region
from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds, uuid7

NOW = SystemClock().now().replace(microsecond=0)


@pytest.fixture(params=["memory", "postgres"])
def store(request):
    return MemoryAdsStore() if request.param == "memory" else PostgresAdsStore(request.getfixturevalue("database"))


@pytest.fixture
async def record(request, store, tenant, make_account) -> AdsRecord:
    """A profile found through an account that is there."""
    account = make_account()
    if isinstance(store, PostgresAdsStore):
        await PostgresAccountRepository(request.getfixturevalue("database"), SystemClock(), SystemIds()).save(account)
    metadata = {"profileId": "1", "countryCode": "US", "accountInfo": {"id": "A1"}}
    return AdsRecord(kind=AdsKind.PROFILE, id="1", region=Region.NA, account=account.id, metadata=metadata, last_synced_at=NOW)


async def test_a_record_comes_back_as_it_was_the_first_of_its_kind_as_the_default(store, tenant, record):
    second = replace(record, id="2", region=Region.EU)
    await store.merge(tenant, [second, record])
    assert await store.records(tenant, AdsKind.PROFILE) == [replace(record, is_default=True), second]
    assert await store.records(tenant, AdsKind.ACCOUNT) == []


async def test_what_is_told_anew_takes_the_place_of_the_old_and_the_rest_stays(store, tenant, record):
    await store.merge(tenant, [record])
    later = replace(record, metadata={"countryCode": "CA", "timezone": "x"}, last_synced_at=NOW + timedelta(hours=1))
    await store.merge(tenant, [later])
    (found,) = await store.records(tenant, AdsKind.PROFILE)
    assert found.metadata == {"profileId": "1", "countryCode": "CA", "accountInfo": {"id": "A1"}, "timezone": "x"}
    assert (found.last_synced_at, found.is_default) == (later.last_synced_at, True)


async def test_the_same_id_in_two_regions_is_two_records_with_one_default(store, tenant, record):
    await store.merge(tenant, [record])
    await store.merge(tenant, [replace(record, region=Region.EU), replace(record, id="0")])
    found = await store.records(tenant, AdsKind.PROFILE)
    assert [(one.id, one.region.value, one.is_default) for one in found] == [("0", "NA", False), ("1", "EU", False), ("1", "NA", True)]


async def test_each_kind_has_its_own_default(store, tenant, record):
    await store.merge(tenant, [record, replace(record, kind=AdsKind.ACCOUNT)])
    assert [one.is_default for kind in AdsKind for one in await store.records(tenant, kind)] == [True, True]


async def test_another_tenant_sees_nothing(store, tenant, record):
    await store.merge(tenant, [record])
    await store.note_sync(tenant, AdsKind.PROFILE, NOW)
    other = TenantId(f"{tenant}-other"[:64])
    assert await store.records(other, AdsKind.PROFILE) == []
    assert await store.synced_at(other, AdsKind.PROFILE) is None


async def test_a_record_of_an_account_that_is_gone_is_left_out(store, tenant, record):
    gone = AccountId(uuid7())
    if isinstance(store, MemoryAdsStore):
        store.gone.add(gone)
    await store.merge(tenant, [replace(record, id="9", account=gone), record])
    assert [one.id for one in await store.records(tenant, AdsKind.PROFILE)] == ["1"]


async def test_nothing_to_merge_is_fine(store, tenant):
    await store.merge(tenant, [])
    assert await store.records(tenant, AdsKind.PROFILE) == []


async def test_the_last_time_of_asking_never_goes_back(store, tenant):
    assert await store.synced_at(tenant, AdsKind.PROFILE) is None
    await store.note_sync(tenant, AdsKind.PROFILE, NOW)
    await store.note_sync(tenant, AdsKind.PROFILE, NOW - timedelta(hours=1))
    assert await store.synced_at(tenant, AdsKind.PROFILE) == NOW
    assert await store.synced_at(tenant, AdsKind.ACCOUNT) is None


async def test_refreshes_at_once_leave_one_default_and_lose_nothing(store, tenant, record):
    await asyncio.gather(*(store.merge(tenant, [replace(record, id=str(number))]) for number in range(8)))
    found = await store.records(tenant, AdsKind.PROFILE)
    assert [one.id for one in found] == [str(number) for number in range(8)]
    assert sum(one.is_default for one in found) == 1
