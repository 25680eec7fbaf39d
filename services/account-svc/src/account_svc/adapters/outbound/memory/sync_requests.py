"""Requests to synchronise, in memory."""

from account_svc.domain.events import SyncRequested
from svc_kit.errors import Unavailable


class MemorySyncRequests:
    """Keeps what was asked, in order; `is_down` fails every call."""

    def __init__(self) -> None:
        self.asked: list[SyncRequested] = []
        self.is_down = False

    async def ask(self, event: SyncRequested) -> None:
        if self.is_down:
            raise Unavailable("the requests cannot be stored")
        self.asked.append(event)
