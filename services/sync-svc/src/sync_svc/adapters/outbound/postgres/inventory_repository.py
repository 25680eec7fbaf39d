"""Inventory in PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_svc.adapters.outbound.postgres.staging import stage
from sync_svc.application.ports.inventory_repository import InventoryFilter, ItemKey
from sync_svc.domain.inventory import DEFAULT_REORDER_POINT, InventoryItem, InventoryTotals

_KEY: Final = ("tenant", "account_id", "marketplace_id", "seller_sku")
_DATA: Final = (
    "asin",
    "fn_sku",
    "product_name",
    "condition",
    "total_quantity",
    "fulfillable_quantity",
    "reserved_quantity",
    "inbound_quantity",
    "unfulfillable_quantity",
)
_COLUMNS: Final = (*_KEY, *_DATA, "last_updated", "seen_run")
_FIELDS: Final = (*_KEY[1:], *_DATA, "last_updated", "reorder_point")
_MERGE: Final = (
    f"INSERT INTO inventory ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)} FROM staged_inventory ORDER BY seller_sku"  # noqa: S608 - own names
    f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET"
    f" {', '.join(f'{name} = excluded.{name}' for name in (*_DATA, 'last_updated', 'seen_run'))}"
    " WHERE excluded.last_updated >= inventory.last_updated"
    f" AND ({', '.join(f'excluded.{name}' for name in _DATA)}) IS DISTINCT FROM ({', '.join(f'inventory.{name}' for name in _DATA)})"
    f" RETURNING {', '.join(_FIELDS)}"
)
_SEEN: Final = (
    "UPDATE inventory i SET seen_run = s.seen_run, last_updated = greatest(i.last_updated, s.last_updated) FROM staged_inventory s"
    " WHERE i.tenant = s.tenant AND i.account_id = s.account_id AND i.marketplace_id = s.marketplace_id AND i.seller_sku = s.seller_sku"
    " AND (i.seen_run IS DISTINCT FROM s.seen_run OR i.last_updated < s.last_updated)"
)
_SWEEP: Final = (
    "DELETE FROM inventory WHERE account_id = :account AND marketplace_id = :marketplace AND seen_run IS DISTINCT FROM :run"  # noqa: S608 - own names
    f" RETURNING {', '.join(_FIELDS)}"
)
_LOW: Final = f"fulfillable_quantity > 0 AND fulfillable_quantity < coalesce(reorder_point, {DEFAULT_REORDER_POINT})"
_OUT: Final = "fulfillable_quantity <= 0"
_TOTALS: Final = (
    "SELECT count(*), coalesce(sum(total_quantity), 0)::bigint,"  # noqa: S608 - own names
    f" count(*) FILTER (WHERE {_LOW}), count(*) FILTER (WHERE {_OUT}) FROM inventory"
)


class PostgresInventoryRepository:
    """Implements `InventoryRepository`: COPY and one merge a page."""

    def __init__(self, connection: AsyncConnection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    async def merge(self, items: Sequence[InventoryItem], *, run_id: str) -> list[InventoryItem]:
        newest: dict[tuple[str, str, str], InventoryItem] = {}
        for item in items:
            known = newest.get((item.account_id, item.marketplace_id, item.seller_sku))
            if known is None or item.last_updated >= known.last_updated:
                newest[item.account_id, item.marketplace_id, item.seller_sku] = item
        if not newest:
            return []
        rows = [(self._tenant, *(getattr(item, name) for name in (*_KEY[1:], *_DATA, "last_updated")), run_id) for item in newest.values()]
        await stage(self._connection, "inventory", _COLUMNS, rows)
        changed = [_item(row) for row in await self._connection.execute(text(_MERGE))]
        await self._connection.execute(text(_SEEN))
        return sorted(changed, key=lambda item: item.seller_sku)

    async def sweep(self, account_id: str, marketplace_id: str, *, run_id: str) -> list[InventoryItem]:
        values = {"account": account_id, "marketplace": marketplace_id, "run": run_id}
        gone = [_item(row) for row in await self._connection.execute(text(_SWEEP), values)]
        return sorted(gone, key=lambda item: item.seller_sku)

    async def totals(self, wanted: InventoryFilter) -> InventoryTotals:
        where, values = self._where(wanted)
        row = (await self._connection.execute(text(_TOTALS + where), values)).one()
        return InventoryTotals(total_skus=row[0], total_quantity=row[1], low_stock_items=row[2], out_of_stock_items=row[3])

    async def page(self, wanted: InventoryFilter, *, limit: int, after: ItemKey | None) -> list[InventoryItem]:
        where, values = self._where(wanted)
        if after is not None:
            where += ' AND (seller_sku COLLATE "C", marketplace_id COLLATE "C", account_id COLLATE "C") > (:sku, :place, :owner)'
            values |= {"sku": after[0], "place": after[1], "owner": after[2]}
        order = ' ORDER BY seller_sku COLLATE "C", marketplace_id COLLATE "C", account_id COLLATE "C" LIMIT :limit'
        query = f"SELECT {', '.join(_FIELDS)} FROM inventory{where}{order}"  # noqa: S608 - own names
        return [_item(row) for row in await self._connection.execute(text(query), values | {"limit": limit})]

    def _where(self, wanted: InventoryFilter) -> tuple[str, dict[str, Any]]:
        where, values = " WHERE tenant = :tenant", {"tenant": self._tenant}
        for column, value in (("marketplace_id", wanted.marketplace_id), ("account_id", wanted.account_id)):
            if value is not None:
                where += f" AND {column} = :{column}"
                values[column] = value
        if wanted.stock is not None:
            where += f" AND {_LOW if wanted.stock == 'low' else _OUT}"
        return where, values


def _item(row: Row[Any]) -> InventoryItem:
    return InventoryItem(**dict(zip(_FIELDS, row, strict=True)))
