"""Request and reply over NATS, with the error headers of NATS's own service protocol."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final, cast

import msgspec
import nats.errors
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from svc_kit.errors import Timeout, Unavailable
from svc_kit.logs import get_logger
from svc_kit.messaging.connection import NatsConnection
from svc_kit.problem import Problem

_ERROR_CODE: Final = "Nats-Service-Error-Code"
_ERROR: Final = "Nats-Service-Error"
_RETRY_AFTER: Final = "Retry-After"


class RpcError(Exception):
    """The other side refused: a problem document and, where it said so, when to try again."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        super().__init__(f"{problem.status} {problem.code}")
        self.problem = problem
        self.retry_after = retry_after


class RpcServer:
    """Answers requests on a subject as one of a queue group; each request runs in its own task, `limit` at once."""

    def __init__(
        self,
        connection: NatsConnection,
        *,
        subject: str,
        queue: str,
        handler: Callable[[bytes, Mapping[str, str]], Awaitable[bytes]],
        limit: int = 2000,
    ) -> None:
        self._connection = connection
        self._subject = subject
        self._queue = queue
        self._handler = handler
        self._slots = asyncio.Semaphore(limit)
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscription: Subscription | None = None
        self._subscribing = asyncio.Lock()
        connection.on_connect(self._subscribe)

    async def start(self) -> None:
        """Begin to answer: whoever asks after the return is heard. While NATS is away, as soon as it is back."""
        with suppress(Unavailable):
            await self._subscribe()

    async def _subscribe(self) -> None:
        async with self._subscribing:
            if self._subscription is None:  # the client renews its subscriptions itself when it reconnects
                self._subscription = await self._connection.listen(self._subject, self._accept, queue=self._queue)

    async def stop(self) -> None:
        """Take no new request and let those under way end."""
        if self._subscription is not None:
            with suppress(nats.errors.Error):
                await cast("Awaitable[None]", self._subscription.drain())  # type: ignore[no-untyped-call]  # nats-py leaves it unannotated
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _accept(self, message: Msg) -> None:
        await self._slots.acquire()
        task = asyncio.create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()

    async def _answer(self, message: Msg) -> None:
        headers = {name.lower(): value for name, value in (message.headers or {}).items()}
        reply: dict[str, str] = {}
        try:
            content = await self._handler(message.data, headers)
        except RpcError as error:
            content, reply = _refusal(error)
        except Exception as error:  # noqa: BLE001 - a bug answers 500 and is logged once
            get_logger().error("unexpected_error", subject=self._subject, exc_info=error)
            content, reply = _refusal(RpcError(Problem.of(500, "internal_error", "This is our fault.")))
        if message.reply:
            with suppress(nats.errors.Error):
                await self._connection.client.publish(message.reply, content, headers=reply or None)


def _refusal(error: RpcError) -> tuple[bytes, dict[str, str]]:
    headers = {_ERROR_CODE: str(error.problem.status), _ERROR: error.problem.code}
    if error.retry_after is not None:
        headers[_RETRY_AFTER] = f"{error.retry_after:g}"
    return msgspec.json.encode(error.problem), headers


class RpcClient:
    """Asks a subject and waits for one answer."""

    def __init__(self, connection: NatsConnection) -> None:
        self._connection = connection

    async def call(self, subject: str, content: bytes, *, headers: Mapping[str, str], timeout: float) -> bytes:  # noqa: ASYNC109 - NATS's own name
        """Return the answer's body.

        Raises `RpcError` when the other side refused, `Unavailable` when nobody listens or NATS is away, `Timeout`.
        """
        try:
            reply = await self._connection.client.request(subject, content, timeout=timeout, headers=dict(headers))
        except nats.errors.NoRespondersError as error:
            raise Unavailable(f"nobody answers {subject}") from error
        except (nats.errors.TimeoutError, TimeoutError) as error:
            raise Timeout(f"{subject} did not answer within {timeout:g} s") from error
        except (nats.errors.Error, OSError) as error:
            raise Unavailable(f"{subject} cannot be reached") from error
        status = (reply.headers or {}).get(_ERROR_CODE)
        if status is None:
            return reply.data
        retry_after = (reply.headers or {}).get(_RETRY_AFTER)
        raise RpcError(msgspec.json.decode(reply.data, type=Problem), float(retry_after) if retry_after else None)
