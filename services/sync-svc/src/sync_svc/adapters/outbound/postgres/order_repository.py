"""Orders in PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_svc.adapters.outbound.postgres.staging import stage
from sync_svc.application.ports.order_repository import OrderFilter
from sync_svc.domain.events import OrderChanged
from sync_svc.domain.order import Order
from sync_svc.domain.order_kpis import OrderFacts

_KEY: Final = ("tenant", "account_id", "order_id")
_DATA: Final = (
    "marketplace_id",
    "status",
    "created_at",
    "last_updated",
    "currency",
    "amount",
    "fulfilled_by",
    "units_shipped",
    "units_unshipped",
)
_COLUMNS: Final = _KEY + _DATA
_MERGE: Final = (
    f"INSERT INTO orders ({', '.join(_COLUMNS)}) SELECT {', '.join(_COLUMNS)} FROM staged_orders ORDER BY order_id"  # noqa: S608 - own names
    f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _DATA)}"
    " WHERE excluded.last_updated >= orders.last_updated"
    f" AND ({', '.join(f'excluded.{name}' for name in _DATA)}) IS DISTINCT FROM ({', '.join(f'orders.{name}' for name in _DATA)})"
    " RETURNING account_id, order_id, xmax = 0"
)
_FACTS: Final = (
    "SELECT (created_at AT TIME ZONE :zone)::date AS day, marketplace_id, status, currency, count(*) AS orders, sum(amount) AS amount"
    " FROM orders WHERE tenant = :tenant AND created_at >= :starts_at AND created_at < :ends_at"
)


class PostgresOrderRepository:
    """Implements `OrderRepository`: COPY and one merge a page."""

    def __init__(self, connection: AsyncConnection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    async def merge(self, orders: Sequence[Order]) -> list[OrderChanged]:
        newest: dict[tuple[str, str], Order] = {}
        for order in orders:
            known = newest.get((order.account_id, order.order_id))
            if known is None or order.last_updated >= known.last_updated:
                newest[order.account_id, order.order_id] = order
        if not newest:
            return []
        await stage(self._connection, "orders", _COLUMNS, [self._row(order) for order in newest.values()])
        rows = await self._connection.execute(text(_MERGE))
        is_new = {(row[0], row[1]): bool(row[2]) for row in rows}  # a row that was updated carries the updater in xmax
        return [OrderChanged(newest[key], is_new=is_new[key]) for key in sorted(is_new)]

    def _row(self, order: Order) -> tuple[Any, ...]:
        return (
            self._tenant,
            order.account_id,
            order.order_id,
            order.marketplace_id,
            order.status,
            order.created,
            order.last_updated,
            order.total.currency if order.total else None,
            order.total.amount if order.total else None,
            order.fulfilled_by,
            order.units_shipped,
            order.units_unshipped,
        )

    async def facts(self, wanted: OrderFilter) -> list[OrderFacts]:
        period = wanted.period
        query = _FACTS
        values: dict[str, Any] = {
            "tenant": self._tenant,
            "zone": period.zone,
            "starts_at": period.starts_at,
            "ends_at": period.ends_at,
        }
        for column, value in (("marketplace_id", wanted.marketplace_id), ("account_id", wanted.account_id)):
            if value is not None:
                query += f" AND {column} = :{column}"
                values[column] = value
        rows = await self._connection.execute(text(query + " GROUP BY 1, 2, 3, 4"), values)
        return [
            OrderFacts(
                day=row.day, marketplace_id=row.marketplace_id, status=row.status, currency=row.currency, orders=row[4], amount=row.amount
            )
            for row in rows
        ]

    async def count(self) -> int:
        result = await self._connection.scalar(text("SELECT count(*) FROM orders WHERE tenant = :tenant"), {"tenant": self._tenant})
        return int(result or 0)
