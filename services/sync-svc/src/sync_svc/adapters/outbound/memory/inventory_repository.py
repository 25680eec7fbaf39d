"""Inventory in memory."""

from collections.abc import Sequence
from dataclasses import replace

from sync_svc.adapters.outbound.memory.state import MemoryState
from sync_svc.application.ports.inventory_repository import InventoryFilter, ItemKey
from sync_svc.domain.inventory import InventoryItem, InventoryTotals


class MemoryInventoryRepository:
    """Implements `InventoryRepository`."""

    def __init__(self, state: MemoryState, tenant: str) -> None:
        self._state = state
        self._tenant = tenant

    def _chosen(self, wanted: InventoryFilter) -> list[InventoryItem]:
        return [
            item
            for (tenant, account_id, marketplace_id, _), item in self._state.items.items()
            if tenant == self._tenant
            and wanted.account_id in {None, account_id}
            and wanted.marketplace_id in {None, marketplace_id}
            and (wanted.stock is None or (item.is_low if wanted.stock == "low" else item.is_out_of_stock))
        ]

    async def merge(self, items: Sequence[InventoryItem], *, run_id: str) -> list[InventoryItem]:
        changed: dict[str, InventoryItem] = {}
        for item in items:
            key = (self._tenant, item.account_id, item.marketplace_id, item.seller_sku)
            known = self._state.items.get(key)
            known_at = known.last_updated if known else item.last_updated
            fresh = replace(item, reorder_point=known.reorder_point if known else None, last_updated=max(item.last_updated, known_at))
            if known is None or item.last_updated >= known_at:
                self._state.items[key] = fresh
                if known is None or replace(fresh, last_updated=known_at) != known:
                    changed[item.seller_sku] = fresh
            self._state.seen[key] = run_id
        return [changed[sku] for sku in sorted(changed)]

    async def sweep(self, account_id: str, marketplace_id: str, *, run_id: str) -> list[InventoryItem]:
        owner = (self._tenant, account_id, marketplace_id)
        gone = sorted(key for key in self._state.items if key[:3] == owner and self._state.seen.get(key) != run_id)
        return [self._state.items.pop(key) for key in gone]

    async def totals(self, wanted: InventoryFilter) -> InventoryTotals:
        items = self._chosen(wanted)
        return InventoryTotals(
            total_skus=len(items),
            total_quantity=sum(item.total_quantity for item in items),
            low_stock_items=sum(item.is_low for item in items),
            out_of_stock_items=sum(item.is_out_of_stock for item in items),
        )

    async def page(self, wanted: InventoryFilter, *, limit: int, after: ItemKey | None) -> list[InventoryItem]:
        places = {(item.seller_sku, item.marketplace_id, item.account_id): item for item in self._chosen(wanted)}
        return [places[place] for place in sorted(places) if after is None or place > after][:limit]
