"""Use case: account-svc was asked to have an account synchronised now."""

from svc_kit.clock import Clock
from sync_svc.application.commands.open_run import OpenRun
from sync_svc.application.commands.request_sync import PAUSE
from sync_svc.application.ports.unit_of_work import UnitOfWork
from sync_svc.domain.dataset import Dataset, Trigger


class RequestAccountSync:
    """Opens a run of every dataset of the account; an open run counts as the one asked for.

    Nobody waits for an answer, so what cannot be done is passed over: an account that is not active, and a second request
    within ten minutes. The same request delivered again opens nothing.
    """

    def __init__(self, uow: UnitOfWork, open_run: OpenRun, clock: Clock) -> None:
        self._uow = uow
        self._open_run = open_run
        self._clock = clock

    async def __call__(self, tenant: str, account_id: str, *, request_id: str) -> int:
        """Return how many runs were opened. Raises `Unavailable` when the store is away."""
        async with self._uow.transaction(tenant) as tx:
            last = await tx.runs.last_request(account_id)  # before the account: in the order of a request for all accounts
            if last is not None and self._clock.now() < last + PAUSE:
                return 0
            account = await tx.accounts.lock(account_id)
            if account is None or not account.is_active:
                return 0
            slot = f"request-{request_id}"
            opened = [
                await self._open_run(tx, tenant=tenant, account_id=account_id, dataset=dataset, trigger=Trigger.MANUAL, slot=slot)
                for dataset in Dataset
            ]
        return sum(run is not None for run in opened)
