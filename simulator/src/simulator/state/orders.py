"""Orders of one seller, indexed by creation and by last change."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

Status = Literal["PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE"]
Channel = Literal["MERCHANT", "AMAZON"]
By = Literal["created", "updated"]
Position = tuple[datetime, str]
WITHOUT_TOTAL: frozenset[str] = frozenset({"PENDING", "PENDING_AVAILABILITY"})


class OrderItem(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One line of an order."""

    order_item_id: str
    seller_sku: str
    asin: str
    title: str
    quantity: int
    quantity_shipped: int = 0
    unit_price: Decimal


class Order(msgspec.Struct, kw_only=True):
    """One order. ``total`` is what the buyer pays; Amazon does not tell it while the order is pending."""

    order_id: str
    marketplace_id: str
    created: datetime
    updated: datetime
    status: Status
    fulfilled_by: Channel
    currency: str
    total: Decimal
    items: list[OrderItem]
    buyer_number: int = 0

    @property
    def has_total(self) -> bool:
        """Whether Amazon would tell the total now."""
        return self.status not in WITHOUT_TOTAL


class OrderBook:
    """All orders of one seller; a window over either time costs what it returns, not what it holds."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._index: dict[By, list[Position]] = {"created": [], "updated": []}

    def __len__(self) -> int:
        return len(self._orders)

    def __iter__(self) -> Iterator[Order]:
        return iter(self._orders.values())

    def get(self, order_id: str) -> Order | None:
        """The order, or None."""
        return self._orders.get(order_id)

    def put(self, order: Order) -> None:
        """Adds the order, or replaces the one with its id."""
        old = self._orders.get(order.order_id)
        if old is not None:
            self._forget("created", (old.created, old.order_id))
            self._forget("updated", (old.updated, old.order_id))
        self._orders[order.order_id] = order
        insort(self._index["created"], (order.created, order.order_id))
        insort(self._index["updated"], (order.updated, order.order_id))

    def fill(self, orders: list[Order]) -> None:
        """Adds many orders at once."""
        self._orders.update((order.order_id, order) for order in orders)
        self._index["created"] = sorted((order.created, order.order_id) for order in self)
        self._index["updated"] = sorted((order.updated, order.order_id) for order in self)

    def window(self, by: By, after: datetime, before: datetime, behind: Position | None = None) -> Iterator[Order]:
        """Orders with ``after`` ≤ time ≤ ``before``, oldest first, beginning behind a position already served."""
        index = self._index[by]
        start = bisect_left(index, (after, ""))
        if behind is not None:
            start = max(start, bisect_right(index, behind))
        for place in range(start, len(index)):
            moment, order_id = index[place]
            if moment > before:
                return
            yield self._orders[order_id]

    def _forget(self, by: By, position: Position) -> None:
        index = self._index[by]
        del index[bisect_left(index, position)]
