"""The durable record of everything that changed, in the order in which it happened."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """An event with its place in the log; `data` is the JSON of the event's data."""

    sequence: int
    tenant: str
    type: str
    data: bytes


class EventLog(Protocol):
    """The log as its readers see it; places only ever grow, unless the log itself was made anew."""

    async def bounds(self) -> tuple[int, int]:
        """Return the first place still kept and the last one written, (1, 0) when empty; raise `Unavailable` when away."""
        ...

    def read(self, *, after: int, until: int) -> AsyncIterator[LoggedEvent]:
        """Yield what is still kept of after < place ≤ until, in order; raise `Unavailable` when the log goes away."""
        ...

    def follow(self, *, after: int) -> AsyncIterator[LoggedEvent]:
        """Yield everything after the place, in order, for ever, none missing; raise `Unavailable` when the log goes away."""
        ...
