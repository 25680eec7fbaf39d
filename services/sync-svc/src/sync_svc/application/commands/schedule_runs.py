"""Use case: open the runs whose time has come, and wake those that were forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from svc_kit.clock import Clock
from sync_svc.application.commands.open_run import OpenRun
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.application.ports.work_directory import DueDataset, StalledRun, WorkDirectory
from sync_svc.domain.dataset import Trigger
from sync_svc.domain.events import WorkRequested

_KEEP_RUNS: Final = timedelta(days=7)


class ScheduleRuns:
    """One look of a scheduler; any number may look at once, each slot gets one run."""

    def __init__(
        self, uow: UnitOfWork, directory: WorkDirectory, open_run: OpenRun, clock: Clock, *, interval: timedelta, stalled_after: timedelta
    ) -> None:
        self._uow = uow
        self._directory = directory
        self._open_run = open_run
        self._clock = clock
        self._interval = interval
        self._stalled_after = stalled_after

    async def __call__(self) -> int:
        """Return how many runs were opened or woken. Raises `Unavailable` when the store is away."""
        now = self._clock.now()
        opened = [await self._open(due) for due in await self._directory.due(now=now, interval=self._interval)]
        woken = [await self._wake(run) for run in await self._directory.stalled(before=now - self._stalled_after)]
        await self._directory.forget_runs(before=now - _KEEP_RUNS)
        return sum(opened) + sum(woken)

    async def _open(self, due: DueDataset) -> bool:
        async with self._uow.transaction(due.tenant) as tx:
            account = await tx.accounts.lock(due.account_id)
            if account is None or not account.is_active:
                return False
            run = await self._open_run(
                tx, tenant=due.tenant, account_id=due.account_id, dataset=due.dataset, trigger=Trigger.SCHEDULED, slot=due.slot
            )
            return run is not None

    async def _wake(self, stalled: StalledRun) -> bool:
        """Ask for a worker again: the message may be lost with its stream; a second one is harmless."""
        async with self._uow.transaction(stalled.tenant) as tx:
            run = await tx.runs.lock(stalled.run_id)
            now = self._clock.now()
            if run is None or not run.is_open or (run.requested_at or run.created_at) > now - self._stalled_after:
                return False
            woken = replace(run, requested_at=now)
            await tx.runs.save(woken, WorkRequested(woken, delivery=int(now.timestamp())))
            return True
