"""A small Amazon in memory."""

from collections.abc import Callable
from datetime import datetime

from svc_kit.errors import DomainError, PortError
from sync_svc.application.ports.sources import InventoryPage, OrderPage
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane, Mode
from sync_svc.domain.errors import ExpiredCursorError
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.order import Order

Fault = PortError | DomainError


class MemoryOrderSource:
    """Implements `OrderSource`: serves `orders` in pages of `page_size`.

    `faults` are raised by the next calls, one each; `before_page` runs before each page is served; `calls` tells what was
    asked; `true_until` is what the pages say about themselves.
    """

    def __init__(self, *, page_size: int = 2) -> None:
        self.orders: list[Order] = []
        self.page_size = page_size
        self.faults: list[Fault] = []
        self.calls: list[tuple[Mode, datetime, str | None, Lane]] = []
        self.true_until: datetime | None = None
        self.before_page: Callable[[str | None], None] | None = None

    async def page(self, account: Account, *, mode: Mode, since: datetime, cursor: str | None, lane: Lane) -> OrderPage:
        self.calls.append((mode, since, cursor, lane))
        if self.before_page is not None:
            self.before_page(cursor)
        if self.faults:
            raise self.faults.pop(0)
        mine = [order for order in self.orders if order.account_id == account.id and order.marketplace_id in account.marketplaces]
        chosen = [order for order in mine if (order.created if mode is Mode.BACKFILL else order.last_updated) >= since]
        start = int(cursor or 0)
        end = start + self.page_size
        return OrderPage(orders=chosen[start:end], cursor=str(end) if end < len(chosen) else None, true_until=self.true_until)


class MemoryInventorySource:
    """Implements `InventorySource`: serves `items` in pages; cursors in `expired` are refused."""

    def __init__(self, *, page_size: int = 2) -> None:
        self.items: list[InventoryItem] = []
        self.page_size = page_size
        self.faults: list[Fault] = []
        self.expired: set[str] = set()
        self.calls: list[tuple[str, str | None]] = []

    async def page(
        self,
        account: Account,
        *,
        marketplace_id: str,
        cursor: str | None,
        lane: Lane,  # noqa: ARG002 - the memory Amazon has one lane
        deadline_seconds: float | None,  # noqa: ARG002 - and no clock
    ) -> InventoryPage:
        self.calls.append((marketplace_id, cursor))
        if self.faults:
            raise self.faults.pop(0)
        if cursor is not None and cursor in self.expired:
            self.expired.discard(cursor)
            raise ExpiredCursorError
        mine = [item for item in self.items if (item.account_id, item.marketplace_id) == (account.id, marketplace_id)]
        start = int(cursor or 0)
        end = start + self.page_size
        return InventoryPage(items=mine[start:end], cursor=str(end) if end < len(mine) else None)
