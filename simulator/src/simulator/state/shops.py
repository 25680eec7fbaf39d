"""Making sellers with their books, and changing orders in them."""

from datetime import datetime

import msgspec

from simulator.clock import whole_milliseconds
from simulator.state.generator import Generator, ship
from simulator.state.orders import Order, Status
from simulator.state.sellers import Seller, Shop
from simulator.state.world import World


def create_shop(world: World, seller: Seller, *, orders: int, skus: int) -> Shop:
    """A seller with generated books, the same for the same seed and id."""
    shop = Shop(seller)
    generator = Generator(f"{world.config.seed}:{seller.selling_partner_id}")
    for item in generator.stock(shop, skus, world.clock.now()):
        shop.stock.put(item)
    shop.orders.fill(generator.history(shop, orders, world.clock.now()))
    world.shops[seller.selling_partner_id] = shop
    world.files.mark_changed()
    return shop


def changed_order(old: Order, *, status: Status, updated: datetime) -> Order:
    """A copy in another status, as of ``updated``."""
    items = [msgspec.structs.replace(item) for item in old.items]
    order = msgspec.structs.replace(old, status=status, updated=whole_milliseconds(updated), items=items)
    ship(order)
    return order
