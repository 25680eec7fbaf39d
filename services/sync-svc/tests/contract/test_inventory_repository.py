from dataclasses import replace

from sync_svc.application.ports.inventory_repository import InventoryFilter

ALL = InventoryFilter()


async def test_merge_returns_what_changed_in_order_of_sku(store, samples):
    async with store.uow.transaction("acme") as tx:
        changed = await tx.inventory.merge([samples.item("B"), samples.item("A")], run_id="r1")
        assert [item.seller_sku for item in changed] == ["A", "B"]
        assert await tx.inventory.merge([samples.item("A"), samples.item("B")], run_id="r2") == []


async def test_changed_quantity_is_stored_and_told(store, samples):
    later = replace(samples.item("A"), fulfillable_quantity=0, last_updated=samples.noon)
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge([samples.item("A")], run_id="r1")
        assert await tx.inventory.merge([later], run_id="r2") == [later]
        assert await tx.inventory.page(ALL, limit=9, after=None) == [later]


async def test_newer_time_alone_is_no_change_but_is_remembered(store, samples):
    later = replace(samples.item("A"), last_updated=samples.noon)
    stale = replace(samples.item("A"), fulfillable_quantity=1)
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge([samples.item("A")], run_id="r1")
        assert await tx.inventory.merge([later], run_id="r2") == []
        assert await tx.inventory.merge([stale], run_id="r3") == []
        assert await tx.inventory.page(ALL, limit=9, after=None) == [later]


async def test_sweep_removes_what_the_run_has_not_seen(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge([samples.item("A"), samples.item("B"), samples.item("C", marketplace_id="OTHERMARKET")], run_id="r1")
        await tx.inventory.merge([samples.item("B")], run_id="r2")
        gone = await tx.inventory.sweep("acc-1", samples.us, run_id="r2")
        assert [item.seller_sku for item in gone] == ["A"]
        assert [item.seller_sku for item in await tx.inventory.page(ALL, limit=9, after=None)] == ["B", "C"]


async def test_totals_count_low_and_out_of_stock(store, samples):
    items = [
        samples.item("full", fulfillable_quantity=10, total_quantity=12),
        samples.item("low", fulfillable_quantity=9, total_quantity=9),
        samples.item("out", fulfillable_quantity=0, total_quantity=4),
    ]
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge(items, run_id="r1")
        totals = await tx.inventory.totals(ALL)
    assert (totals.total_skus, totals.total_quantity, totals.low_stock_items, totals.out_of_stock_items) == (3, 25, 1, 1)


async def test_totals_of_nothing_are_zero(store):
    async with store.uow.transaction("acme") as tx:
        totals = await tx.inventory.totals(ALL)
    assert (totals.total_skus, totals.total_quantity, totals.low_stock_items, totals.out_of_stock_items) == (0, 0, 0, 0)


async def test_pages_follow_one_another_without_gap(store, samples):
    skus = ["b", "A", "a-1", "a", "Z"]
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge([samples.item(sku) for sku in skus], run_id="r1")
        first = await tx.inventory.page(ALL, limit=2, after=None)
        place = (first[-1].seller_sku, first[-1].marketplace_id, first[-1].account_id)
        rest = await tx.inventory.page(ALL, limit=9, after=place)
    assert [item.seller_sku for item in first + rest] == sorted(skus)


async def test_stock_filters_choose_items(store, samples):
    items = [samples.item("low", fulfillable_quantity=3), samples.item("out", fulfillable_quantity=0), samples.item("full")]
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge(items, run_id="r1")
        low = await tx.inventory.page(InventoryFilter(stock="low"), limit=9, after=None)
        out = await tx.inventory.page(InventoryFilter(stock="out", marketplace_id=samples.us, account_id="acc-1"), limit=9, after=None)
    assert [item.seller_sku for item in low + out] == ["low", "out"]


async def test_another_tenant_sees_nothing(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.inventory.merge([samples.item("A")], run_id="r1")
    async with store.uow.transaction("rival") as tx:
        assert await tx.inventory.page(ALL, limit=9, after=None) == []
        assert await tx.inventory.sweep("acc-1", samples.us, run_id="r9") == []
