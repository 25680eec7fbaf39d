"""Where freshness records are kept."""

from typing import Protocol

from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Freshness


class FreshnessRepository(Protocol):
    """The freshness records of the transaction's tenant."""

    async def get(self, account_id: str, dataset: Dataset) -> Freshness:
        """Return the record; an empty one when there is none yet."""
        ...

    async def save(self, record: Freshness) -> None:
        """Store the record in place of what was there."""
        ...

    async def all(self) -> list[Freshness]:
        """Return every record."""
        ...
