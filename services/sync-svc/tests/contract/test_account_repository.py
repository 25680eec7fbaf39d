import asyncio

from sync_svc.domain.account import AccountStatus
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.events import AccountChanged
from sync_svc.domain.freshness import Freshness


async def test_unknown_account_is_none(store):
    async with store.uow.transaction("acme") as tx:
        assert await tx.accounts.lock("acc-1") is None
        assert await tx.accounts.get("acc-1") is None
        assert await tx.accounts.all() == []


async def test_saved_account_comes_back_and_can_be_replaced(store, samples):
    changed = samples.account(version=2, status=AccountStatus.DISCONNECTED, marketplaces=("A", "B"))
    async with store.uow.transaction("acme") as tx:
        await tx.accounts.save(samples.account())
        assert await tx.accounts.get("acc-1") == samples.account()
        await tx.accounts.save(changed)
        assert await tx.accounts.all() == [changed]


async def test_erased_account_is_a_tombstone_only(store, samples):
    tombstone = samples.account(status=AccountStatus.ERASED).erased()
    async with store.uow.transaction("acme") as tx:
        await tx.accounts.save(tombstone)
        assert await tx.accounts.lock("acc-1") == tombstone
        assert await tx.accounts.get("acc-1") is None
        assert await tx.accounts.all() == []


async def test_erasing_data_removes_all_that_hangs_on_the_account_and_nothing_else(store, samples):
    async with store.uow.transaction("acme") as tx:
        for account_id in ("acc-1", "acc-2"):
            await tx.orders.merge([samples.order(1, account_id=account_id)])
            await tx.inventory.merge([samples.item(account_id=account_id)], run_id="r")
            await tx.freshness.save(Freshness(account_id=account_id, dataset=Dataset.ORDERS))
            await tx.runs.open(samples.run(f"run-{account_id}", account_id=account_id))
        await tx.accounts.erase_data("acc-1")
        await tx.accounts.erase_data("acc-1")
        assert await tx.orders.count() == 1
        assert [record.account_id for record in await tx.freshness.all()] == ["acc-2"]
        assert [await tx.runs.lock(f"run-{account_id}") is None for account_id in ("acc-1", "acc-2")] == [True, False]


async def test_events_leave_with_the_account(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.accounts.save(
            samples.account(), AccountChanged(samples.account(), "connected"), AccountChanged(samples.account(), "updated")
        )
        await tx.accounts.save(samples.account())
    assert await store.event_types("acme") == ["sync-svc.account.changed.v1"] * 2
    assert await store.event_types("rival") == []


async def test_whoever_locks_an_account_that_is_not_there_yet_keeps_others_from_adding_it(store, samples):
    async def add_one() -> None:
        async with store.uow.transaction("acme") as tx:
            known = await tx.accounts.lock("acc-1")
            await asyncio.sleep(0)
            await tx.accounts.save(samples.account(version=known.version + 1 if known else 1))

    await asyncio.gather(*(add_one() for _ in range(8)))
    async with store.uow.transaction("acme") as tx:
        assert (await tx.accounts.get("acc-1")).version == 8


async def test_another_tenant_has_no_such_account(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.accounts.save(samples.account())
    async with store.uow.transaction("rival") as tx:
        assert await tx.accounts.lock("acc-1") is None
        assert await tx.accounts.all() == []
        await tx.accounts.erase_data("acc-1")
        await tx.accounts.save(samples.account(tenant="rival", version=7))
    async with store.uow.transaction("acme") as tx:
        assert await tx.accounts.all() == [samples.account()]
