from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sync_svc.application.ports.order_repository import OrderFilter
from sync_svc.domain.events import OrderChanged
from sync_svc.domain.order_kpis import OrderFacts
from sync_svc.domain.period import Period

MARCH = Period(first=date(2026, 3, 1), end=date(2026, 4, 1), zone="UTC")


async def test_merge_stores_new_orders_and_says_so(store, samples):
    orders = [samples.order(2), samples.order(1)]
    async with store.uow.transaction("acme") as tx:
        assert await tx.orders.merge(orders) == [OrderChanged(orders[1], is_new=True), OrderChanged(orders[0], is_new=True)]
        assert await tx.orders.count() == 2


async def test_same_order_again_changes_nothing(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([samples.order(1)])
    async with store.uow.transaction("acme") as tx:
        assert await tx.orders.merge([samples.order(1)]) == []


async def test_newer_state_replaces_older(store, samples):
    newer = replace(samples.order(1), status="SHIPPED", last_updated=samples.noon)
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([samples.order(1)])
        assert await tx.orders.merge([newer]) == [OrderChanged(newer, is_new=False)]


async def test_older_state_never_overwrites_newer(store, samples):
    newer = replace(samples.order(1), status="SHIPPED", last_updated=samples.noon)
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([newer])
        assert await tx.orders.merge([samples.order(1)]) == []
        facts = await tx.orders.facts(OrderFilter(period=MARCH))
    assert [fact.status for fact in facts] == ["SHIPPED"]


async def test_newest_of_one_order_given_twice_counts(store, samples):
    newer = replace(samples.order(1), status="SHIPPED", last_updated=samples.noon)
    async with store.uow.transaction("acme") as tx:
        assert await tx.orders.merge([newer, samples.order(1)]) == [OrderChanged(newer, is_new=True)]


async def test_amounts_come_back_exactly_as_they_went_in(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([samples.order(1, amount="0.10"), samples.order(2, amount="123456789012345678.90")])
        facts = await tx.orders.facts(OrderFilter(period=MARCH))
    assert facts[0].amount == Decimal("123456789012345679.00")


async def test_facts_group_by_day_marketplace_status_and_currency(store, samples):
    orders = [
        samples.order(1, amount="1.10"),
        samples.order(2, amount="2.20"),
        samples.order(3, amount=None, status="PENDING"),
        samples.order(4, amount="5.00", currency="CAD", marketplace_id="A2EUQ1WTGCTBG2"),
    ]
    day = date(2026, 3, 9)
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge(orders)
        facts = await tx.orders.facts(OrderFilter(period=MARCH))
    assert sorted(facts, key=lambda fact: (fact.marketplace_id, fact.status)) == [
        OrderFacts(day=day, marketplace_id="A2EUQ1WTGCTBG2", status="UNSHIPPED", currency="CAD", orders=1, amount=Decimal("5.00")),
        OrderFacts(day=day, marketplace_id=samples.us, status="PENDING", currency=None, orders=1, amount=None),
        OrderFacts(day=day, marketplace_id=samples.us, status="UNSHIPPED", currency="USD", orders=2, amount=Decimal("3.30")),
    ]


async def test_facts_cut_days_in_the_asked_zone_and_exclude_the_end(store, samples):
    midnight_in_tokyo = samples.noon.replace(day=8, hour=15)  # the 9th begins in Tokyo
    orders = [
        samples.order(1, created=midnight_in_tokyo - timedelta(milliseconds=1)),
        samples.order(2, created=midnight_in_tokyo),
        samples.order(3, created=midnight_in_tokyo + timedelta(days=1)),
    ]
    period = Period(first=date(2026, 3, 9), end=date(2026, 3, 10), zone="Asia/Tokyo")
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge(orders)
        facts = await tx.orders.facts(OrderFilter(period=period))
    assert [(fact.day, fact.orders) for fact in facts] == [(date(2026, 3, 9), 1)]


async def test_facts_follow_marketplace_and_account_filters(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([samples.order(1), samples.order(2, account_id="acc-2", marketplace_id="A1PA6795UKMFR9")])
        german = await tx.orders.facts(OrderFilter(period=MARCH, marketplace_id="A1PA6795UKMFR9"))
        first = await tx.orders.facts(OrderFilter(period=MARCH, account_id="acc-1"))
    assert [fact.marketplace_id for fact in german] == ["A1PA6795UKMFR9"]
    assert [fact.marketplace_id for fact in first] == [samples.us]


async def test_another_tenant_sees_nothing_and_disturbs_nothing(store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([samples.order(1)])
    async with store.uow.transaction("rival") as tx:
        assert await tx.orders.count() == 0
        assert await tx.orders.facts(OrderFilter(period=MARCH)) == []
        assert len(await tx.orders.merge([samples.order(1, amount="99.00")])) == 1
    async with store.uow.transaction("acme") as tx:
        assert [fact.amount for fact in await tx.orders.facts(OrderFilter(period=MARCH))] == [Decimal("10.00")]
