"""What a dataset has to know about itself so that a run can be executed page by page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync_svc.application.ports.unit_of_work import Transaction
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane
from sync_svc.domain.events import DomainEvent
from sync_svc.domain.freshness import Freshness
from sync_svc.domain.run import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page in hand: `store` writes it within a transaction and returns what changed."""

    items: int
    checkpoint: Checkpoint
    is_last: bool
    store: Callable[[Transaction], Awaitable[Sequence[DomainEvent]]]


class DatasetSync(Protocol):
    """A dataset's way of being read; it holds no state, the checkpoint does."""

    def begin(self, account: Account, freshness: Freshness, now: datetime) -> Checkpoint:
        """Return where a new run starts."""
        ...

    async def fetch(self, account: Account, checkpoint: Checkpoint, *, run_id: str, lane: Lane) -> Step:
        """Fetch the page at the checkpoint; writes nothing. Raises what the sources raise."""
        ...
