"""One connection to NATS that comes back by itself."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import nats
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.client import JetStreamContext

from svc_kit.errors import Unavailable
from svc_kit.logs import get_logger
from svc_kit.tasks import end

_RECONNECT_WAIT: Final = 0.25
_ANSWER_SECONDS: Final = 5.0
_GIVE_UP: Final = 60  # by then a connection without answers has been found stale


class NatsConnection:
    """A connection that is made in the background and remade for ever; callers never wait for a broken one.

    `client` and `jetstream` raise `Unavailable` while there is no connection, so that a request fails at once and clearly.
    """

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._client = Client()
        self._connected = asyncio.Event()
        self._lost = asyncio.Event()
        self._noted = ""
        self._on_connect: list[Callable[[], Awaitable[None]]] = []
        self._asked: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, name: str, *, wait_seconds: float = 5.0) -> AsyncGenerator["NatsConnection"]:
        """Connect to `url` as `name`; go on without after `wait_seconds` and keep trying; drain and close at the end."""
        connection = cls(url, name)
        task = asyncio.create_task(connection._connect(), name=f"nats-connect-{name}")
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await connection._connected.wait()
        try:
            yield connection
        finally:
            await end(task)
            await connection._close()

    async def _connect(self) -> None:
        attempt = 0
        while not self._client.is_connected:
            try:
                await self._client.connect(
                    servers=[self._url],
                    name=self._name,
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RECONNECT_WAIT,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - seconds; a fraction works
                    connect_timeout=2,
                    ping_interval=10,
                    max_outstanding_pings=2,
                    pending_size=0,
                    error_cb=self._note_error,
                    disconnected_cb=self._note_lost,
                    reconnected_cb=self._note_back,
                )
            except (OSError, nats.errors.Error, TimeoutError):
                attempt += 1
                await asyncio.sleep(min(2.0, _RECONNECT_WAIT * attempt))
                self._client = Client()
        await self._note_back()

    async def _close(self) -> None:
        with suppress(Exception):  # leaving: the process ends whether or not NATS still answers
            async with asyncio.timeout(3):
                await (self._client.drain() if self._client.is_connected else self._client.close())
        await end(*self._asked)

    async def _note_error(self, error: Exception) -> None:
        """Log a fault once, not at each attempt to come back."""
        if repr(error) == self._noted:
            return
        self._noted = repr(error)
        get_logger().warning("nats_error", error=type(error).__name__, detail=str(error))

    async def _note_lost(self) -> None:
        self._connected.clear()
        self._lost.set()
        if not self._client.is_draining and not self._client.is_closed:
            get_logger().warning("nats_disconnected")

    async def _note_back(self) -> None:
        self._lost.clear()
        self._noted = ""
        self._connected.set()
        get_logger().info("nats_connected")
        for callback in self._on_connect:
            try:
                await callback()
            except Exception as error:  # noqa: BLE001 - one listener's fault must not stop the others; it is reported
                get_logger().error("nats_on_connect_failed", exc_info=error)

    def on_connect(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Have `callback` called at each (re)connection."""
        self._on_connect.append(callback)

    async def wait_connected(self) -> None:
        """Return once there is a connection."""
        await self._connected.wait()

    async def wait_lost(self) -> None:
        """Return once the connection that is there now is lost."""
        await self._lost.wait()

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected

    @property
    def client(self) -> Client:
        """Return the live client; raise `Unavailable` while there is none."""
        if not self._client.is_connected:
            raise Unavailable("NATS cannot be reached; it is being reconnected", retry_after=1)
        return self._client

    def jetstream(self, timeout: float = 5.0, **options: Any) -> JetStreamContext:
        """Return a JetStream context on the live client."""
        return self.client.jetstream(timeout=timeout, **options)

    async def listen(self, subject: str, accept: Callable[[Msg], Awaitable[None]], *, queue: str = "") -> Subscription:
        """Subscribe, and return once the server has taken it: whoever sends from now on is heard.

        Raises `Unavailable`, and is not subscribed, when the server is away or lost meanwhile.
        """
        client = self.client
        subscription: Subscription | None = None
        try:
            subscription = await client.subscribe(subject, queue=queue, cb=accept)
            while not await self._answered(client, _ANSWER_SECONDS):
                _ = self.client  # a slow server is waited for, one that is away is not
        except (nats.errors.Error, OSError, Unavailable) as error:
            if subscription is not None:
                with suppress(nats.errors.Error):
                    await subscription.unsubscribe()
            raise Unavailable(f"NATS was lost while subscribing to {subject}") from error
        return subscription

    async def ping(self) -> None:
        """Return when the server answers; raise `Unavailable` otherwise."""
        try:
            has_answered = await self._answered(self.client, 1)
        except (nats.errors.Error, OSError) as error:
            raise Unavailable("NATS was lost") from error
        if not has_answered:
            raise Unavailable("NATS does not answer")

    async def _answered(self, client: Client, seconds: float) -> bool:
        """Return whether the server has answered within `seconds` to all that was sent so far.

        The question is not taken back after that: an answer to one that was would end the client's reading.
        """
        asked = asyncio.create_task(client.flush(timeout=_GIVE_UP))
        self._asked.add(asked)
        asked.add_done_callback(self._no_longer_asked)
        done, _ = await asyncio.wait({asked}, timeout=seconds)
        if not done:
            return False
        asked.result()
        return True

    def _no_longer_asked(self, asked: asyncio.Task[None]) -> None:
        self._asked.discard(asked)
        if not asked.cancelled():
            asked.exception()  # looked at: a late failure is nobody's
