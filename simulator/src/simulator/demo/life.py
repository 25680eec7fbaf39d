"""Life in the demo: orders arrive and move on, stock goes down and is filled up."""

import asyncio

import msgspec

from simulator.state.generator import Generator
from simulator.state.orders import Status
from simulator.state.sellers import Shop
from simulator.state.shops import changed_order
from simulator.state.world import World

_NEXT: dict[Status, Status] = {"PENDING": "UNSHIPPED", "UNSHIPPED": "SHIPPED", "PARTIALLY_SHIPPED": "SHIPPED"}
_LATEST = 60  # a shop in the demo moves its newest orders; the history stays as it is
_KEPT = 10_000  # so that a demo left alone for weeks stays small; changes go on
_REFILL = 250


class DemoLife:
    """One step of the demo per call, the same for the same seed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._generator = Generator(f"{world.config.seed}:demo")

    async def run(self) -> None:
        """Steps for ever, whenever the demo is on."""
        while True:
            await asyncio.sleep(self._world.config.demo_interval_seconds)
            if self._world.demo_enabled:
                self.step()

    def step(self) -> None:
        """Every other shop gets an order; in each, an open order moves on and a SKU changes."""
        for shop in self._world.shops.values():
            self._new_order(shop)
            self._move_on(shop)
            self._change_stock(shop)
        self._world.files.mark_changed()

    def _new_order(self, shop: Shop) -> None:
        if len(shop.orders) < _KEPT and self._generator.pick(2) == 0:
            now = self._world.clock.now()
            status: Status = "PENDING" if self._generator.pick(3) == 0 else "UNSHIPPED"
            shop.orders.put(self._generator.order(shop, created=now, updated=now, status=status))

    def _move_on(self, shop: Shop) -> None:
        open_orders = [order for order in shop.orders if order.status in _NEXT][-_LATEST:]
        if len(open_orders) > _LATEST // 4:
            order = open_orders[self._generator.pick(len(open_orders))]
            status: Status = "CANCELLED" if self._generator.pick(20) == 0 else _NEXT[order.status]
            shop.orders.put(changed_order(order, status=status, updated=self._world.clock.now()))

    def _change_stock(self, shop: Shop) -> None:
        items = list(shop.stock)
        if items:
            item = items[self._generator.pick(len(items))]
            sold = self._generator.pick(4) + 1
            left = item.fulfillable - sold if item.fulfillable > sold else _REFILL if self._generator.pick(3) == 0 else 0
            shop.stock.put(msgspec.structs.replace(item, fulfillable=left, updated=self._world.clock.now()))
