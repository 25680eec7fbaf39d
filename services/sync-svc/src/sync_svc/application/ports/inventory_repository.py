"""Where inventory is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sync_svc.domain.inventory import InventoryItem, InventoryTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryFilter:
    """Which items are asked for."""

    marketplace_id: str | None = None
    account_id: str | None = None
    stock: Literal["low", "out"] | None = None


ItemKey = tuple[str, str, str]
"""SKU, marketplace, account: the order of the list and the place in it."""


class InventoryRepository(Protocol):
    """The inventory of the transaction's tenant."""

    async def merge(self, items: Sequence[InventoryItem], *, run_id: str) -> list[InventoryItem]:
        """Store the items as seen by the run and return those whose stored state changed, in order of SKU.

        An item older than the stored one (by `last_updated`) changes nothing but that it was seen. Reorder points stay.
        """
        ...

    async def sweep(self, account_id: str, marketplace_id: str, *, run_id: str) -> list[InventoryItem]:
        """Remove the marketplace's items that the run has not seen, and return them."""
        ...

    async def totals(self, wanted: InventoryFilter) -> InventoryTotals:
        """Return the sums over the items of the filter."""
        ...

    async def page(self, wanted: InventoryFilter, *, limit: int, after: ItemKey | None) -> list[InventoryItem]:
        """Return up to `limit` items after the place `after`, in order of SKU, marketplace, account."""
        ...
