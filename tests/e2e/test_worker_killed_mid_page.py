"""A sync worker that dies in the middle of a page loses nothing and doubles nothing."""

from collections import Counter

from harness.events import read_events
from harness.waiting import eventually
from harness.world import World

ORDERS = 260


async def test_every_order_is_there_exactly_once_after_kill_9(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=ORDERS, skus=3)
    async with world.simulator.fault("spapi", "slow", selling_partner_id=seller.id, delay_ms=3000):
        await world.connect_by_hand(person, seller)

        async def pages() -> list[dict[str, object]]:
            entries = await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id)
            return [entry for entry in entries if "order" in str(entry.get("operation")).lower() and entry.get("ids")]

        await eventually(pages, lambda seen: len(seen) >= 1, what="a first page of orders")
        world.backend.kill("sync-worker")
        served = len({order for page in await pages() for order in page["ids"]})  # type: ignore[attr-defined]
    assert served < ORDERS, "the worker had read everything before it was killed"

    world.backend.start("sync-worker")
    await world.synced(person, seller, within=120)

    data = await world.dashboard(person, "setup-status")
    assert data["integrations"]["amazon"]["orderCount"] == ORDERS

    async def changes() -> Counter[str]:
        events = await read_events(world.backend.addresses.nats, "SYNC_EVENTS", "sync-svc.order.changed.v1")
        return Counter(event["data"]["order_id"] for event in events if event["tenantid"] == person.tenant)

    told = await eventually(changes, lambda seen: len(seen) >= ORDERS, what=f"an event of each of {ORDERS} orders")
    assert set(told.values()) == {1}
    assert len(told) == ORDERS
