from dataclasses import replace

import pytest

from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Freshness


@pytest.fixture
def record(samples):
    return Freshness(
        account_id="acc-1",
        dataset=Dataset.INVENTORY,
        watermark=samples.noon,
        backfilled_at=samples.noon,
        as_of=samples.noon,
        last_success_at=samples.noon,
        last_error="x: 'y'",
        failures=2,
        paused_until=samples.noon,
        last_slot="s",
        marketplaces=("A1PA6795UKMFR9", "A13V1IB3VIYZZH"),
    )


async def test_a_record_is_empty_until_it_is_saved(store):
    async with store.uow.transaction("acme") as tx:
        assert await tx.freshness.get("acc-1", Dataset.ORDERS) == Freshness(account_id="acc-1", dataset=Dataset.ORDERS)
        assert await tx.freshness.all() == []


async def test_a_saved_record_comes_back_as_it_was(store, record):
    async with store.uow.transaction("acme") as tx:
        await tx.freshness.save(record)
    async with store.uow.transaction("acme") as tx:
        assert await tx.freshness.get("acc-1", Dataset.INVENTORY) == record
        assert await tx.freshness.all() == [record]


async def test_saving_replaces_everything_that_was_there(store, record):
    bare = Freshness(account_id="acc-1", dataset=Dataset.INVENTORY)
    async with store.uow.transaction("acme") as tx:
        await tx.freshness.save(record)
        await tx.freshness.save(bare)
        assert await tx.freshness.all() == [bare]


async def test_each_account_and_dataset_has_a_record_of_its_own(store, record):
    records = [replace(record, account_id=account_id, dataset=dataset) for account_id in ("acc-1", "acc-2") for dataset in Dataset]
    async with store.uow.transaction("acme") as tx:
        for one in records:
            await tx.freshness.save(one)
        assert [await tx.freshness.get(one.account_id, one.dataset) for one in records] == records
        assert {(one.account_id, one.dataset) for one in await tx.freshness.all()} == {(one.account_id, one.dataset) for one in records}


async def test_another_tenant_has_no_such_record(store, record):
    async with store.uow.transaction("acme") as tx:
        await tx.freshness.save(record)
    async with store.uow.transaction("rival") as tx:
        assert await tx.freshness.all() == []
        assert (await tx.freshness.get("acc-1", Dataset.INVENTORY)).watermark is None
        await tx.freshness.save(replace(record, failures=9))
    async with store.uow.transaction("acme") as tx:
        assert await tx.freshness.all() == [record]
