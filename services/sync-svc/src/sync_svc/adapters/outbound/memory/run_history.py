"""The list of runs in memory."""

from sync_svc.adapters.outbound.memory.unit_of_work import MemoryUnitOfWork
from sync_svc.domain.run import Run


class MemoryRunHistory:
    """Implements `RunHistory` over what the memory store holds."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    async def page(self, tenant: str, *, limit: int, before: str | None) -> list[Run]:
        self._store.require_reachable()
        mine = [run for (owner, _), run in self._store.state.runs.items() if owner == tenant]
        newest_first = sorted(mine, key=lambda run: run.id, reverse=True)
        return [run for run in newest_first if before is None or run.id < before][:limit]
