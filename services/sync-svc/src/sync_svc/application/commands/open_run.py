"""Opening a run: the one way a run comes into being."""

from svc_kit.clock import Clock
from svc_kit.ids import IdFactory
from sync_svc.application.ports.unit_of_work import Transaction
from sync_svc.domain.dataset import Dataset, Trigger
from sync_svc.domain.events import WorkRequested
from sync_svc.domain.run import Run


class OpenRun:
    """Opens a run within the caller's transaction and asks for a worker in the same breath."""

    def __init__(self, clock: Clock, ids: IdFactory) -> None:
        self._clock = clock
        self._ids = ids

    async def __call__(self, tx: Transaction, *, tenant: str, account_id: str, dataset: Dataset, trigger: Trigger, slot: str) -> Run | None:
        """Return the new run, or None when the dataset has an open run already or had a run of this slot.

        The caller holds the account's lock and has found it active: an account that is being erased gets no run.
        """
        now = self._clock.now()
        run = Run(
            id=self._ids.new(),
            tenant=tenant,
            account_id=account_id,
            dataset=dataset,
            slot=slot,
            trigger=trigger,
            created_at=now,
            requested_at=now,
        )
        if not await tx.runs.open(run, WorkRequested(run)):
            return None
        if trigger is Trigger.SCHEDULED:
            record = await tx.freshness.get(account_id, dataset)
            await tx.freshness.save(record.opened(slot))
        return run
