"""Use case: a person asks for a synchronisation now."""

from datetime import timedelta
from typing import Final

from svc_kit.clock import Clock
from sync_svc.application.commands.open_run import OpenRun
from sync_svc.application.ports.unit_of_work import Transaction, UnitOfWork
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Dataset, Trigger
from sync_svc.domain.errors import AmazonNotConnectedError, SyncTooSoonError

PAUSE: Final = timedelta(minutes=10)


class RequestSync:
    """Opens a run of every dataset of the tenant's active accounts; an open run counts as the one asked for."""

    def __init__(self, uow: UnitOfWork, open_run: OpenRun, clock: Clock) -> None:
        self._uow = uow
        self._open_run = open_run
        self._clock = clock

    async def __call__(self, tenant: str, *, is_forced: bool = False) -> list[str]:
        """Return the ids of the runs.

        Raises `AmazonNotConnectedError`; `SyncTooSoonError` within ten minutes of the last request unless forced;
        `Unavailable` when the store is away.
        """
        async with self._uow.transaction(tenant) as tx:
            now = self._clock.now()
            last = await tx.runs.last_request()
            if last is not None and not is_forced and now < last + PAUSE:
                raise SyncTooSoonError(retry_after=(last + PAUSE - now).total_seconds())
            locked = [await tx.accounts.lock(account.id) for account in await tx.accounts.all()]
            accounts = [account for account in locked if account is not None and account.is_active]
            if not accounts:
                raise AmazonNotConnectedError
            return [await self._run(tx, account, dataset) for account in accounts for dataset in Dataset]

    async def _run(self, tx: Transaction, account: Account, dataset: Dataset) -> str:
        slot = f"manual-{self._clock.now().isoformat()}"
        run = await self._open_run(tx, tenant=account.tenant, account_id=account.id, dataset=dataset, trigger=Trigger.MANUAL, slot=slot)
        if run is None:
            run = await tx.runs.find_open(account.id, dataset)
        if run is None:  # it ended between the two looks; the data is as fresh as it can be
            raise SyncTooSoonError(retry_after=1)
        return run.id
