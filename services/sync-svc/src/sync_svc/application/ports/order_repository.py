"""Where orders are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sync_svc.domain.events import OrderChanged
from sync_svc.domain.order import Order
from sync_svc.domain.order_kpis import OrderFacts
from sync_svc.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders are asked for: created within the period, of one marketplace or account when named."""

    period: Period
    marketplace_id: str | None = None
    account_id: str | None = None


class OrderRepository(Protocol):
    """The orders of the transaction's tenant."""

    async def merge(self, orders: Sequence[Order]) -> list[OrderChanged]:
        """Store the orders and return what changed by it, in order of account and id.

        An order older than the stored one (by `last_updated`) changes nothing; the same again changes nothing; of one
        order given twice the newest counts.
        """
        ...

    async def facts(self, wanted: OrderFilter) -> list[OrderFacts]:
        """Return the orders of the filter, counted and summed by day, marketplace, status and currency."""
        ...

    async def count(self) -> int:
        """Return how many orders are stored."""
        ...
