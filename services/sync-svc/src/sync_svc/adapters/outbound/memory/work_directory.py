"""The scheduler's view in memory."""

import hashlib
from datetime import datetime, timedelta

from sync_svc.adapters.outbound.memory.unit_of_work import MemoryUnitOfWork
from sync_svc.application.ports.work_directory import DueDataset, StalledRun
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.run import RunState


class MemoryWorkDirectory:
    """Implements `WorkDirectory` over everything the memory store holds."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    async def due(self, *, now: datetime, interval: timedelta) -> list[DueDataset]:
        self._store.require_reachable()
        state = self._store.state
        found: list[DueDataset] = []
        for (tenant, account_id), account in sorted(state.accounts.items()):
            slot = slot_of(account_id, now, interval)
            for dataset in Dataset:
                record = state.freshness.get((tenant, account_id, dataset))
                is_paused = record is not None and record.paused_until is not None and record.paused_until > now
                is_done = record is not None and record.last_slot == slot
                has_open = any(
                    run.is_open and (owner, run.account_id, run.dataset) == (tenant, account_id, dataset)
                    for (owner, _), run in state.runs.items()
                )
                if account.is_active and not (is_paused or is_done or has_open):
                    found.append(DueDataset(tenant=tenant, account_id=account_id, dataset=dataset, slot=slot))
        return found

    async def stalled(self, *, before: datetime) -> list[StalledRun]:
        self._store.require_reachable()
        return [
            StalledRun(tenant=tenant, run_id=run.id)
            for (tenant, _), run in sorted(self._store.state.runs.items())
            if run.is_open
            and (run.requested_at or run.created_at) < before
            and (run.lease_until is None or run.lease_until < before)
            and (run.not_before is None or run.not_before < before)
        ]

    async def forget_runs(self, *, before: datetime) -> int:
        self._store.require_reachable()
        runs = self._store.state.runs
        old = [
            key for key, run in runs.items() if run.state in {RunState.COMPLETED, RunState.FAILED} and (run.finished_at or before) < before
        ]
        for key in old:
            del runs[key]
        return len(old)


def slot_of(account_id: str, now: datetime, interval: timedelta) -> str:
    """Return the name of the stretch of time: the account's own shift keeps accounts from starting all at once."""
    length = int(interval.total_seconds())
    shift = int(hashlib.md5(account_id.encode(), usedforsecurity=False).hexdigest()[:7], 16) % length
    return f"every-{length}s-{(int(now.timestamp()) + shift) // length}"
