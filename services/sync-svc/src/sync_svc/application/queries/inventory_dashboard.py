"""Queries: the figures of the inventory tile, and the items behind them."""

from dataclasses import dataclass

from sync_svc.application.ports.inventory_repository import InventoryFilter, ItemKey
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.application.queries.answer_cache import AnswerCache
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Truth
from sync_svc.domain.inventory import InventoryItem, InventoryTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryAnswer:
    """The figures, and since when they are known to be true."""

    totals: InventoryTotals
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsAnswer:
    """One page of items; `following` is the place where the next page starts, None on the last."""

    items: list[InventoryItem]
    following: ItemKey | None


class InventoryDashboard:
    """Answers from the store, all accounts of the tenant combined, kept until a sync changes them."""

    def __init__(self, uow: UnitOfWork, cache: AnswerCache) -> None:
        self._uow = uow
        self._cache = cache

    async def __call__(self, tenant: str, wanted: InventoryFilter) -> InventoryAnswer:
        """Return the figures. Raises `Unavailable` when the store is away and nothing is kept."""
        return await self._cache.get(tenant, wanted, lambda: self._make(tenant, wanted))

    async def items(self, tenant: str, wanted: InventoryFilter, *, limit: int, after: ItemKey | None) -> ItemsAnswer:
        """Return a page of items, straight from the store."""
        async with self._uow.transaction(tenant) as tx:
            found = await tx.inventory.page(wanted, limit=limit + 1, after=after)
        page = found[:limit]
        following = (page[-1].seller_sku, page[-1].marketplace_id, page[-1].account_id) if len(found) > limit else None
        return ItemsAnswer(items=page, following=following)

    async def _make(self, tenant: str, wanted: InventoryFilter) -> InventoryAnswer:
        async with self._uow.transaction(tenant) as tx:
            totals = await tx.inventory.totals(wanted)
            records = await tx.freshness.all()
        return InventoryAnswer(totals=totals, truth=Truth.of(records, Dataset.INVENTORY, wanted.account_id))
