"""Freshness records in memory."""

from sync_svc.adapters.outbound.memory.state import MemoryState
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Freshness


class MemoryFreshnessRepository:
    """Implements `FreshnessRepository`."""

    def __init__(self, state: MemoryState, tenant: str) -> None:
        self._state = state
        self._tenant = tenant

    async def get(self, account_id: str, dataset: Dataset) -> Freshness:
        return self._state.freshness.get((self._tenant, account_id, dataset)) or Freshness(account_id=account_id, dataset=dataset)

    async def save(self, record: Freshness) -> None:
        self._state.freshness[self._tenant, record.account_id, record.dataset] = record

    async def all(self) -> list[Freshness]:
        return [record for (tenant, _, _), record in self._state.freshness.items() if tenant == self._tenant]
