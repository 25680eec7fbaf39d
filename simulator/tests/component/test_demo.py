from typing import Any

from simulator.config import Config
from simulator.demo.life import DemoLife
from simulator.demo.seed import seed_demo
from simulator.state.world import World


def _demo() -> World:
    world = World(Config(demo=True))
    seed_demo(world)
    return world


def _outline(world: World) -> list[Any]:
    return [
        [(order.order_id, order.status, order.total) for order in shop.orders]
        + [(item.seller_sku, item.fulfillable) for item in shop.stock]
        for shop in world.shops.values()
    ]


def test_the_same_seed_makes_the_same_demo() -> None:
    first, second = _demo(), _demo()
    assert _outline(first) == _outline(second)
    for world in (first, second):
        life = DemoLife(world)
        for _ in range(50):
            life.step()
    assert _outline(first) == _outline(second)


def test_orders_arrive_and_change_and_stock_never_goes_below_nothing() -> None:
    world = _demo()
    before = {seller_id: len(shop.orders) for seller_id, shop in world.shops.items()}
    statuses = {order.order_id: order.status for shop in world.shops.values() for order in shop.orders}
    life = DemoLife(world)
    for _ in range(200):
        life.step()
    assert all(len(shop.orders) > before[seller_id] + 50 for seller_id, shop in world.shops.items())
    assert any(statuses.get(order.order_id, order.status) != order.status for shop in world.shops.values() for order in shop.orders)
    assert all(item.fulfillable >= 0 for shop in world.shops.values() for item in shop.stock)
    assert {"seller@demo.example", "harbor@demo.example"} == set(world.users)


def test_seeding_again_leaves_what_is_there() -> None:
    world = _demo()
    DemoLife(world).step()
    outline = _outline(world)
    seed_demo(world)
    assert _outline(world) == outline
