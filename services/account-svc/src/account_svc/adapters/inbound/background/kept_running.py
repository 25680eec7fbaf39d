"""Work that goes on while the application lives, whatever happens to PostgreSQL and NATS."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import PortError
from svc_kit.logs import get_logger
from svc_kit.tasks import end

_PAUSE_SECONDS: Final = 1.0


async def until_done(name: str, work: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Return when `work` has returned once; while it raises, say so and try again a second later, for ever."""
    while True:
        try:
            await work()
        except PortError as error:
            get_logger().warning("background_waits", work=name, error=type(error).__name__, detail=error.detail)
        except Exception as error:  # noqa: BLE001 - a bug here must not end the work silently; it is reported each time
            get_logger().error("background_failed", work=name, exc_info=error)
        else:
            return
        await clock.sleep(_PAUSE_SECONDS)


@asynccontextmanager
async def kept_running(name: str, work: Callable[[], Awaitable[None]], clock: Clock) -> AsyncGenerator[None]:
    """Have `work` done beside the body, again after every fault, and cancelled with it."""
    task = asyncio.create_task(until_done(name, work, clock), name=name)
    try:
        yield
    finally:
        await end(task)
