"""What there is to do, across all tenants."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sync_svc.domain.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDataset:
    """A dataset whose time has come; `slot` names the stretch of time it is due in, equal for every scheduler."""

    tenant: str
    account_id: str
    dataset: Dataset
    slot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StalledRun:
    """An open run that nobody has touched for long: its message may be lost."""

    tenant: str
    run_id: str


class WorkDirectory(Protocol):
    """The scheduler's view; it shows ids only."""

    async def due(self, *, now: datetime, interval: timedelta) -> list[DueDataset]:
        """Return the datasets of active accounts that have no open run, are not paused and had no run in the current slot.

        Slots are `interval` long and shifted per account, so that accounts do not all start at the same moment.
        """
        ...

    async def stalled(self, *, before: datetime) -> list[StalledRun]:
        """Return open runs last requested before `before` that nobody holds and that need not wait any longer."""
        ...

    async def forget_runs(self, *, before: datetime) -> int:
        """Remove runs that ended before `before` and return how many; at most some thousand at a time."""
        ...
