"""Where runs are kept."""

from datetime import datetime
from typing import Protocol

from sync_svc.domain.dataset import Dataset
from sync_svc.domain.run import Run


class RunRepository(Protocol):
    """The runs of the transaction's tenant."""

    async def open(self, run: Run) -> bool:
        """Store a new run and return True.

        Return False, storing nothing, when the account's dataset has an open run or had a run of the same slot; of two
        transactions that try at once exactly one gets True.
        """
        ...

    async def lock(self, run_id: str) -> Run | None:
        """Return the run or None; nobody else changes it until the transaction ends."""
        ...

    async def save(self, run: Run) -> None:
        """Store the new state of a run that is there; the caller holds its lock."""
        ...

    async def find_open(self, account_id: str, dataset: Dataset) -> Run | None:
        """Return the one open run of the account's dataset, or None."""
        ...


class RunHistory(Protocol):
    """What a person sees of the runs of the transaction's tenant."""

    async def page(self, *, limit: int, before: str | None) -> list[Run]:
        """Return up to `limit` runs, the newest first, older than the run whose id is `before`."""
        ...

    async def last_request(self) -> datetime | None:
        """Return when a synchronisation was last asked for by hand, or None.

        Transactions of one tenant that call this follow one another: the second sees what the first one did.
        """
        ...
