"""How sync-svc hears that an account is to be synchronised now."""

from typing import Protocol

from account_svc.domain.events import SyncRequested


class SyncRequests(Protocol):
    """Asks without waiting for an answer: the runs that come of it are sync-svc's to show."""

    async def ask(self, event: SyncRequested) -> None:
        """Let the request leave as an event; return when it is stored. Raises `Unavailable`."""
        ...
