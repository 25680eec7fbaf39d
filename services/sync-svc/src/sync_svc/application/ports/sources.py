"""Where the data comes from: Amazon, through the gateway.

Both raise `Unavailable`, `Timeout` or `RateLimited` when trying again later makes sense, `AmazonRefusedError` when it does
not, and `ExpiredCursorError` when Amazon no longer knows the cursor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane, Mode
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """Orders, the cursor of the next page, and up to when the listing is true, where Amazon says so."""

    orders: Sequence[Order]
    cursor: str | None
    true_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryPage:
    """Items, and the cursor of the next page."""

    items: Sequence[InventoryItem]
    cursor: str | None


class OrderSource(Protocol):
    """Amazon's list of orders."""

    async def page(self, account: Account, *, mode: Mode, since: datetime, cursor: str | None, lane: Lane) -> OrderPage:
        """Return one page of the account's orders created (backfill) or last updated (incremental) after `since`.

        Those of that very moment may be among them. Begin without a cursor and go on with each page's until one has none:
        every order is then seen at least once.
        """
        ...


class InventorySource(Protocol):
    """Amazon's list of stock in its warehouses."""

    async def page(
        self, account: Account, *, marketplace_id: str, cursor: str | None, lane: Lane, deadline_seconds: float | None
    ) -> InventoryPage:
        """Return one page of the account's stock in the marketplace; one that would come later than the deadline need not come.

        Begin without a cursor and go on with each page's until one has none: every item is then seen at least once.
        """
        ...
