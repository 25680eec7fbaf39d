"""One reader of the log per process, fanning out to every client frames that were encoded once."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import PortError, Unavailable
from svc_kit.logs import get_logger
from sync_svc.adapters.inbound.sse.client import Client
from sync_svc.adapters.inbound.sse.frames import frame_of, opening, reset
from sync_svc.application.ports.event_log import EventLog, LoggedEvent

HEARTBEAT_SECONDS: Final = 15.0
MOST_REPLAYED: Final = 50_000
_PAUSE: Final = 0.5


class LiveHub:
    """Follows the log while the process lives and serves any number of clients from it.

    A client hears everything after its last id exactly once and in order: what is older than the moment it joined is read
    from the log, what is newer comes through its queue. `on_change` is told the tenant of every event, `on_feed` whether
    the log is being followed.
    """

    def __init__(self, log: EventLog, clock: Clock, *, on_change: Callable[[str], None], on_feed: Callable[[bool], None]) -> None:
        self._log = log
        self._clock = clock
        self._on_change = on_change
        self._on_feed = on_feed
        self._clients: set[Client] = set()
        self._place: int | None = None
        self._is_live = False
        self._is_closed = False

    @property
    def client_count(self) -> int:
        """How many clients are connected."""
        return len(self._clients)

    @property
    def is_live(self) -> bool:
        """Whether the log is being followed now."""
        return self._is_live

    async def run(self) -> None:
        """Follow the log until cancelled; after a loss go on behind the last event that was handed out."""
        beat = asyncio.create_task(self._beat(), name="sse-heartbeat")
        try:
            while True:
                try:
                    await self._follow()
                except PortError as error:
                    get_logger().warning("live_feed_waits", error=type(error).__name__, detail=error.detail)
                self._set_live(is_live=False)
                await self._clock.sleep(_PAUSE)
        finally:
            beat.cancel()
            self.close()

    async def _follow(self) -> None:
        _, last = await self._log.bounds()
        if self._place is None or self._place > last:  # the first time, or the log was made anew
            self._drop_all()
            self._place = last
        self._set_live(is_live=True)
        async for event in self._log.follow(after=self._place):
            self._hand_out(event)

    def _hand_out(self, event: LoggedEvent) -> None:
        self._place = event.sequence
        self._on_change(event.tenant)
        frame = frame_of(event)
        if frame is None:
            return
        for client in list(self._clients):
            if client.tenant == event.tenant:
                client.offer(event.sequence, frame)
                if client.is_dropped:
                    self._clients.discard(client)

    async def _beat(self) -> None:
        while True:
            await self._clock.sleep(HEARTBEAT_SECONDS)
            for client in self._clients:
                client.beat()

    def _set_live(self, *, is_live: bool) -> None:
        if self._is_live != is_live:
            self._is_live = is_live
            self._on_feed(is_live)

    def _drop_all(self) -> None:
        for client in self._clients:
            client.drop()
        self._clients.clear()

    def close(self) -> None:
        """End every stream: clients come back elsewhere with their last id."""
        self._is_closed = True
        self._set_live(is_live=False)
        self._drop_all()

    async def open(self, tenant: str, last_id: int | None) -> AsyncGenerator[bytes]:
        """Return the stream of a client that has everything up to `last_id`, or wants what comes from now on.

        Raises `Unavailable` when the log is not being followed, so that the answer can still be a problem document.
        """
        if not self._is_live or self._is_closed:
            raise Unavailable("Live events are not available at the moment.", retry_after=2)
        first, last = await self._log.bounds()
        return self._stream(tenant, last_id, first=first, last=last)

    async def _stream(self, tenant: str, last_id: int | None, *, first: int, last: int) -> AsyncGenerator[bytes]:
        joined_at = self._place or 0
        is_lost = last_id is not None and (last_id > max(last, joined_at) or last_id + 1 < first or joined_at - last_id > MOST_REPLAYED)
        start = joined_at if last_id is None or is_lost else last_id
        client = Client(tenant, after=max(start, joined_at))
        self._clients.add(client)
        if self._is_closed:
            client.drop()
        try:
            yield reset(start) if is_lost else opening(start)
            if start < joined_at:
                async for event in self._log.read(after=start, until=joined_at):
                    frame = frame_of(event) if event.tenant == tenant else None
                    if frame is not None:
                        yield frame
            while (frames := await client.take()) is not None:
                yield frames
        except PortError:
            return  # the client comes back with its last id
        finally:
            self._clients.discard(client)
