from sync_svc.domain.account import AccountStatus
from sync_svc.domain.dataset import Dataset
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
        assert [run.account_id for run in await tx.history.page(limit=9, before=None)] == ["acc-2"]


async def test_freshness_is_empty_until_saved(store, samples):
    record = Freshness(
        account_id="acc-1",
        dataset=Dataset.INVENTORY,
        watermark=samples.noon,
        as_of=samples.noon,
        last_error="x",
        failures=2,
        last_slot="s",
        marketplaces=("A1PA6795UKMFR9",),
    )
    async with store.uow.transaction("acme") as tx:
        assert await tx.freshness.get("acc-1", Dataset.INVENTORY) == Freshness(account_id="acc-1", dataset=Dataset.INVENTORY)
        await tx.freshness.save(record)
        assert await tx.freshness.get("acc-1", Dataset.INVENTORY) == record
        assert await tx.freshness.all() == [record]
    async with store.uow.transaction("rival") as tx:
        assert await tx.freshness.all() == []
        assert await tx.accounts.all() == []
