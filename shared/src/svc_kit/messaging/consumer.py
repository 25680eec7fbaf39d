"""Takes messages from a stream, each until its effect is recorded."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext

from svc_kit.errors import PortError
from svc_kit.logs import get_logger
from svc_kit.messaging.connection import NatsConnection
from svc_kit.tasks import end

_FETCH_SECONDS: Final = 5.0
_PAUSE: Final = 0.5


class RetryLater(Exception):  # noqa: N818 - an instruction to the consumer, not a failure
    """A handler's wish to see the message again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class DurableConsumer:
    """A durable pull consumer: any number of processes with the same `durable` share the messages.

    A message is acknowledged after `handler` returned; while it runs, the server is told that work is in progress.
    `RetryLater` and a `PortError` give it back for later, any other exception is logged and gives it back with a growing
    delay, and after `max_deliver` tries it is terminated and logged as an error. Connection losses are outlived.
    """

    def __init__(
        self,
        connection: NatsConnection,
        *,
        stream: str,
        durable: str,
        subjects: list[str],
        handler: Callable[[Msg], Awaitable[None]],
        ack_wait: float = 30.0,
        max_deliver: int = -1,
        concurrency: int = 1,
        new_only: bool = False,
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._handler = handler
        self._ack_wait = ack_wait
        self._max_deliver = max_deliver
        self._slots = asyncio.Semaphore(concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self._noted = ""
        self._config = ConsumerConfig(
            durable_name=durable,
            filter_subjects=subjects,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ack_wait,
            max_ack_pending=max(1000, concurrency),
            deliver_policy=DeliverPolicy.NEW if new_only else DeliverPolicy.ALL,
        )

    async def run(self) -> None:
        """Consume until cancelled; messages under way when cancelled are given back at once."""
        try:
            while True:
                try:
                    await self._connection.wait_connected()
                    await self._consume()
                except (nats.errors.Error, nats.js.errors.Error, PortError, OSError, TimeoutError) as error:
                    self._note(error)
                    await asyncio.sleep(_PAUSE)
        finally:
            await end(*self._tasks)

    def _note(self, error: Exception) -> None:
        """Log a reason to wait once, not at each try: a stream that its owner has yet to make is no news."""
        if repr(error) != self._noted:
            self._noted = repr(error)
            get_logger().warning("consumer_waits", stream=self._stream, error=type(error).__name__, detail=str(error))

    async def _consume(self) -> None:
        """Fetch and start handlers until the connection is lost; the handlers go on meanwhile."""
        js = self._connection.jetstream()
        await js.add_consumer(self._stream, self._config)
        subscription = await js.pull_subscribe_bind(str(self._config.durable_name), self._stream)
        lost = asyncio.create_task(self._connection.wait_lost())
        self._noted = ""
        try:
            while not lost.done():
                await self._slots.acquire()
                message = await self._next(subscription, lost)
                if message is None:
                    self._slots.release()
                    continue
                task = asyncio.create_task(self._work(message))
                self._tasks.add(task)
                task.add_done_callback(self._finished)
        finally:
            lost.cancel()
            with suppress(Exception):  # leaving: whatever the connection still says of it, nobody is left to be told
                await subscription.unsubscribe()

    async def _next(self, subscription: JetStreamContext.PullSubscription, lost: asyncio.Task[None]) -> Msg | None:
        fetch = asyncio.create_task(subscription.fetch(1, timeout=_FETCH_SECONDS))
        try:
            await asyncio.wait({fetch, lost}, return_when=asyncio.FIRST_COMPLETED)
            return (await fetch)[0] if fetch.done() else None
        except (nats.errors.TimeoutError, TimeoutError):
            return None
        except BaseException:
            self._slots.release()
            raise
        finally:
            fetch.cancel()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()

    async def _work(self, message: Msg) -> None:
        heart = asyncio.create_task(self._beat(message))
        try:
            await self._handler(message)
        except RetryLater as wish:
            await self._answer(message.nak(delay=wish.seconds))
        except asyncio.CancelledError:
            await asyncio.shield(self._answer(message.nak()))
            raise
        except PortError as error:
            get_logger().warning("message_given_back", subject=message.subject, error=type(error).__name__, detail=error.detail)
            await self._answer(message.nak(delay=error.retry_after or 1.0))
        except Exception as error:  # noqa: BLE001 - a faulty message must not stop the others; it is reported
            await self._failed(message, error)
        else:
            await self._answer(message.ack())
        finally:
            heart.cancel()

    async def _failed(self, message: Msg, error: Exception) -> None:
        delivered = message.metadata.num_delivered or 1
        get_logger().error("message_failed", subject=message.subject, delivered=delivered, exc_info=error)
        if 0 < self._max_deliver <= delivered:
            get_logger().error("message_terminated", subject=message.subject, delivered=delivered)
            await self._answer(message.term())
            return
        await self._answer(message.nak(delay=min(60.0, 2.0**delivered)))

    async def _beat(self, message: Msg) -> None:
        while True:
            await asyncio.sleep(self._ack_wait / 3)
            await self._answer(message.in_progress())

    async def _answer(self, reply: Awaitable[None]) -> None:
        """Send an acknowledgement; when it is lost the message comes again, which handlers must bear anyway."""
        try:
            await reply
        except (nats.errors.Error, OSError) as error:
            get_logger().warning("acknowledgement_lost", error=type(error).__name__)
