"""An order as the dashboard needs it: no buyer data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync_svc.domain.money import Money

CANCELLED: Final = "CANCELLED"
UNSHIPPED: Final = frozenset({"UNSHIPPED", "PARTIALLY_SHIPPED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The state of one order at `last_updated`; statuses are those of the Orders API 2026-01-01."""

    account_id: str
    order_id: str
    marketplace_id: str
    status: str
    created: datetime
    last_updated: datetime
    total: Money | None
    fulfilled_by: str | None = None
    units_shipped: int = 0
    units_unshipped: int = 0

    def __post_init__(self) -> None:
        if not self.order_id or not self.status:
            raise ValueError("an order has an id and a status")
        if self.created.tzinfo is None or self.last_updated.tzinfo is None:
            raise ValueError("times are aware")
