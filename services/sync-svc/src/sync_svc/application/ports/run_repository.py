"""Where runs are kept."""

from datetime import datetime
from typing import Protocol

from sync_svc.domain.dataset import Dataset
from sync_svc.domain.events import DomainEvent
from sync_svc.domain.run import Run


class RunRepository(Protocol):
    """The runs of the transaction's tenant."""

    async def open(self, run: Run, *events: DomainEvent) -> bool:
        """Store a new run and return True; the events leave with the transaction, in this order.

        Return False, storing nothing and telling nothing, when the account's dataset has an open run or had a run of the same slot; of two
        transactions that try at once exactly one gets True.
        """
        ...

    async def lock(self, run_id: str) -> Run | None:
        """Return the run or None; nobody else changes it until the transaction ends."""
        ...

    async def save(self, run: Run, *events: DomainEvent) -> None:
        """Store the new state of a run that is there; the events leave with the transaction, in this order.

        The caller holds the run's lock.
        """
        ...

    async def find_open(self, account_id: str, dataset: Dataset) -> Run | None:
        """Return the one open run of the account's dataset, or None."""
        ...

    async def last_request(self, account_id: str | None = None) -> datetime | None:
        """Return when a synchronisation was last asked for by hand, of the account when one is named, or None.

        Transactions of one tenant that call this follow one another: the second sees what the first one did.
        """
        ...
