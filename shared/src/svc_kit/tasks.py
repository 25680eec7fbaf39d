"""Ending tasks."""

import asyncio
from typing import Any


async def end(*tasks: asyncio.Task[Any], patience: float = 2.0) -> None:
    """Cancel the tasks and return when all have ended; one that goes on `patience` seconds later is cancelled again.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, which NATS's client and the database pool use, swallows a
    cancellation that meets its result, and a task that works for ever would then do so. What the tasks raise is not raised here.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=patience)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # looked at, so that it is not reported as lost
