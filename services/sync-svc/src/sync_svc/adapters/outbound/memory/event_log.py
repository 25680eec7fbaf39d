"""The log of changes in memory."""

import asyncio
from collections.abc import AsyncGenerator

from svc_kit.errors import Unavailable
from sync_svc.application.ports.event_log import LoggedEvent


class MemoryEventLog:
    """Implements `EventLog`. `append` writes, `forget` drops the oldest, `is_away` cuts readers off."""

    def __init__(self) -> None:
        self._events: list[LoggedEvent] = []
        self._first = 1
        self._last = 0
        self._news = asyncio.Condition()
        self.is_away = False

    async def append(self, *, tenant: str, type: str, data: bytes) -> int:  # noqa: A002 - the event's own name
        """Write an event and return its place."""
        async with self._news:
            self._last += 1
            self._events.append(LoggedEvent(sequence=self._last, tenant=tenant, type=type, data=data))
            self._news.notify_all()
        return self._last

    def forget(self, *, up_to: int) -> None:
        """Drop everything up to the place."""
        self._events = [event for event in self._events if event.sequence > up_to]
        self._first = up_to + 1

    async def cut(self, *, is_away: bool) -> None:
        """Cut readers off, or let them in again."""
        async with self._news:
            self.is_away = is_away
            self._news.notify_all()

    def _require_reachable(self) -> None:
        if self.is_away:
            raise Unavailable("the log cannot be reached")

    async def bounds(self) -> tuple[int, int]:
        self._require_reachable()
        return self._first, self._last

    async def read(self, *, after: int, until: int) -> AsyncGenerator[LoggedEvent]:
        self._require_reachable()
        for event in list(self._events):
            if after < event.sequence <= until:
                self._require_reachable()
                yield event

    async def follow(self, *, after: int) -> AsyncGenerator[LoggedEvent]:
        place = after
        while True:
            async with self._news:
                while not self.is_away and self._last <= place:
                    await self._news.wait()
                self._require_reachable()
                waiting = [event for event in self._events if event.sequence > place]
                place = self._last
            for event in waiting:
                yield event
