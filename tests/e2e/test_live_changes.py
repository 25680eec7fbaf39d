"""What changes at Amazon reaches the page by itself, in order, once."""

from harness.sse import Message, listen
from harness.world import World


def _is_order(order_id: str):
    def check(message: Message) -> bool:
        return message.event == "order.changed" and order_id in str(message.data)

    return check


async def test_a_new_order_reaches_the_open_page(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=4, skus=2)
    await world.connect(person, seller)
    await world.synced(person, seller)

    async with listen(world.backend.addresses.front_door, person.token) as stream:
        order = (await world.simulator.add_orders(seller.id))[0]
        await stream.until(_is_order(order))

    await world.synced(person, seller)


async def test_a_page_that_comes_back_misses_nothing_and_sees_nothing_twice(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=2, skus=1)
    await world.connect(person, seller)
    await world.synced(person, seller)
    async with listen(world.backend.addresses.front_door, person.token) as stream:
        first = (await world.simulator.add_orders(seller.id))[0]
        left_at = (await stream.until(_is_order(first))).id

    missed = await world.simulator.add_orders(seller.id, 5)
    await world.synced(person, seller)
    async with listen(world.backend.addresses.front_door, person.token, last_event_id=left_at) as stream:
        last = (await world.simulator.add_orders(seller.id))[0]
        await stream.until(_is_order(last))

    orders = [str(message.data) for message in stream.seen if message.event == "order.changed"]
    assert all(sum(order in text for text in orders) == 1 for order in (*missed, last))
    numbers = [int(message.id) for message in stream.seen if message.id]
    assert numbers == sorted(set(numbers))
    assert min(numbers) > int(left_at)


async def test_a_page_hears_only_of_its_own_tenant(world: World) -> None:
    person, other = await world.person(), await world.person()
    seller, others = await world.seller(orders=1, skus=1), await world.seller(orders=1, skus=1)
    for who, what in ((person, seller), (other, others)):
        await world.connect(who, what)
        await world.synced(who, what)

    async with listen(world.backend.addresses.front_door, person.token) as stream:
        foreign = (await world.simulator.add_orders(others.id))[0]
        await world.synced(other, others)
        own = (await world.simulator.add_orders(seller.id))[0]
        await stream.until(_is_order(own))

    assert foreign not in str(stream.seen)
