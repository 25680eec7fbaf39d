"""Query: the figures of the orders tile."""

from dataclasses import dataclass

from sync_svc.application.ports.order_repository import OrderFilter
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.application.queries.answer_cache import AnswerCache
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Truth
from sync_svc.domain.order_kpis import OrderKpis, summarise


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersAnswer:
    """The figures, and since when they are known to be true."""

    kpis: OrderKpis
    wanted: OrderFilter
    truth: Truth


class OrdersDashboard:
    """Answers from the store, all accounts of the tenant combined, kept until a sync changes them."""

    def __init__(self, uow: UnitOfWork, cache: AnswerCache) -> None:
        self._uow = uow
        self._cache = cache

    async def __call__(self, tenant: str, wanted: OrderFilter) -> OrdersAnswer:
        """Return the figures. Raises `Unavailable` when the store is away and nothing is kept."""
        return await self._cache.get(tenant, wanted, lambda: self._make(tenant, wanted))

    async def _make(self, tenant: str, wanted: OrderFilter) -> OrdersAnswer:
        async with self._uow.transaction(tenant) as tx:
            facts = await tx.orders.facts(wanted)
            records = await tx.freshness.all()
        return OrdersAnswer(
            kpis=summarise(facts),
            wanted=wanted,
            truth=Truth.of(records, Dataset.ORDERS, wanted.account_id),
        )
