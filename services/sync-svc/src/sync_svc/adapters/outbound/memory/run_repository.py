"""Runs in memory."""

from datetime import datetime

from sync_svc.adapters.outbound.memory.state import MemoryState
from sync_svc.domain.dataset import Dataset, Trigger
from sync_svc.domain.events import DomainEvent
from sync_svc.domain.run import Run


class MemoryRunRepository:
    """Implements `RunRepository`; the transaction's lock is the row lock."""

    def __init__(self, state: MemoryState, tenant: str) -> None:
        self._state = state
        self._tenant = tenant

    def _mine(self) -> list[Run]:
        return [run for (tenant, _), run in self._state.runs.items() if tenant == self._tenant]

    async def open(self, run: Run, *events: DomainEvent) -> bool:
        rivals = [other for other in self._mine() if (other.account_id, other.dataset) == (run.account_id, run.dataset)]
        if any(other.is_open or other.slot == run.slot for other in rivals):
            return False
        await self.save(run, *events)
        return True

    async def lock(self, run_id: str) -> Run | None:
        return self._state.runs.get((self._tenant, run_id))

    async def save(self, run: Run, *events: DomainEvent) -> None:
        self._state.runs[self._tenant, run.id] = run
        self._state.tell(self._tenant, events)

    async def find_open(self, account_id: str, dataset: Dataset) -> Run | None:
        found = [run for run in self._mine() if run.is_open and (run.account_id, run.dataset) == (account_id, dataset)]
        return found[0] if found else None

    async def last_request(self, account_id: str | None = None) -> datetime | None:
        asked = [run for run in self._mine() if run.trigger is Trigger.MANUAL and account_id in {None, run.account_id}]
        return max((run.created_at for run in asked), default=None)
