"""Use case: an account was connected, changed, lost or erased."""

from sync_svc.application.commands.open_run import OpenRun
from sync_svc.application.ports.unit_of_work import Transaction, UnitOfWork
from sync_svc.domain.account import Account, AccountStatus
from sync_svc.domain.dataset import Dataset, Trigger
from sync_svc.domain.events import AccountChanged


class ApplyAccountChange:
    """Brings the projection up to date and acts on the change, in one transaction.

    Delivered twice, or late, it has no effect: only a newer version counts, and an erased account stays erased. An account
    that becomes active gets a run for each dataset at once; an erased one loses all its data.
    """

    def __init__(self, uow: UnitOfWork, open_run: OpenRun) -> None:
        self._uow = uow
        self._open_run = open_run

    async def __call__(self, account: Account, *, reason: str) -> bool:
        """Return whether the change was news. Raises `Unavailable` when the store is away."""
        async with self._uow.transaction(account.tenant) as tx:
            known = await tx.accounts.lock(account.id)
            if not account.supersedes(known):
                return False
            if account.status is AccountStatus.ERASED:
                await tx.accounts.erase_data(account.id)
                account = account.erased()
            await tx.accounts.save(account, AccountChanged(account, reason))
            if account.is_active and (known is None or not known.is_active or reason == "connected"):
                await self._start(tx, account)
        return True

    async def _start(self, tx: Transaction, account: Account) -> None:
        for dataset in Dataset:
            record = await tx.freshness.get(account.id, dataset)
            await tx.freshness.save(record.resumed())
            await self._open_run(
                tx,
                tenant=account.tenant,
                account_id=account.id,
                dataset=dataset,
                trigger=Trigger.CONNECTED,
                slot=f"connected-{account.version}",
            )
