"""Orders in memory."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sync_svc.adapters.outbound.memory.state import MemoryState
from sync_svc.application.ports.order_repository import OrderFilter
from sync_svc.domain.events import OrderChanged
from sync_svc.domain.order import Order
from sync_svc.domain.order_kpis import OrderFacts


class MemoryOrderRepository:
    """Implements `OrderRepository`."""

    def __init__(self, state: MemoryState, tenant: str) -> None:
        self._state = state
        self._tenant = tenant

    def _mine(self) -> list[Order]:
        return [order for (tenant, _, _), order in self._state.orders.items() if tenant == self._tenant]

    async def merge(self, orders: Sequence[Order]) -> list[OrderChanged]:
        before = dict(self._state.orders)
        changed: dict[tuple[str, str, str], Order] = {}
        for order in orders:
            key = (self._tenant, order.account_id, order.order_id)
            known = self._state.orders.get(key)
            if known is None or (order.last_updated >= known.last_updated and order != known):
                self._state.orders[key] = changed[key] = order
        return [OrderChanged(changed[key], is_new=key not in before) for key in sorted(changed)]

    async def facts(self, wanted: OrderFilter) -> list[OrderFacts]:
        zone = ZoneInfo(wanted.period.zone)
        groups: dict[tuple[date, str, str, str | None], list[Decimal]] = {}
        for order in self._mine():
            if not wanted.period.starts_at <= order.created < wanted.period.ends_at:
                continue
            if wanted.marketplace_id not in {None, order.marketplace_id} or wanted.account_id not in {None, order.account_id}:
                continue
            currency = order.total.currency if order.total else None
            key = (order.created.astimezone(zone).date(), order.marketplace_id, order.status, currency)
            groups.setdefault(key, []).append(order.total.amount if order.total else Decimal(0))
        return [
            OrderFacts(
                day=day,
                marketplace_id=marketplace_id,
                status=status,
                currency=currency,
                orders=len(amounts),
                amount=sum(amounts, Decimal(0)) if currency else None,
            )
            for (day, marketplace_id, status, currency), amounts in groups.items()
        ]

    async def count(self) -> int:
        return len(self._mine())
