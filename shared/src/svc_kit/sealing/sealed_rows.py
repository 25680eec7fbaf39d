"""The sealed values of a service's tables, as a rotation of data keys sees them."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from svc_kit.sealing.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedValue:
    """One sealed value as it was read: what it is sealed for, and the column that holds it."""

    place: Place
    column: str
    sealed: bytes = field(repr=False)


class SealedRows(Protocol):
    """Finds sealed values by the data key that they name, and replaces them without touching anything else of the row."""

    def under_others(self, tenant: str, active: uuid.UUID, limit: int) -> AsyncIterator[Sequence[SealedValue]]:
        """Yield, at most `limit` at a time, each of the tenant's values that is sealed under another key than `active`.

        Each batch is read when it is asked for; a value that is not replaced comes once. Raises `PortError`.
        """
        ...

    async def replace(self, value: SealedValue, sealed: bytes) -> bool:
        """Store `sealed` in place of the value; return False, changing nothing, when the row holds another one by now."""
        ...

    async def counts(self, tenant: str) -> Mapping[uuid.UUID, int]:
        """Return how many of the tenant's values are sealed under each data key; keys with none are left out."""
        ...
