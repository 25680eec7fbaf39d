"""One piece of work for all who ask at the same time within this process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from svc_kit.errors import Timeout
from svc_kit.tasks import end
from token_svc.application.deadline import Deadline

T = TypeVar("T")


class Flights(Generic[T]):
    """Runs one task per key; whoever asks meanwhile waits for that one.

    A caller that gives up does not stop the work for the others, and the work's deadline is that of the most patient.
    """

    def __init__(self) -> None:
        self._flying: dict[str, tuple[asyncio.Task[T], Deadline]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._flying

    def __len__(self) -> int:
        return len(self._flying)

    async def join(self, key: str, start: Callable[[Deadline], Awaitable[T]], deadline: Deadline) -> T:
        """Return (or raise) what `start` does, started now or by an earlier caller; `Timeout` after the caller's deadline."""
        task = self.launch(key, start, deadline)
        try:
            async with asyncio.timeout(deadline.remaining()):
                return await asyncio.shield(task)
        except TimeoutError:
            raise Timeout("no token could be had within the deadline") from None

    def launch(self, key: str, start: Callable[[Deadline], Awaitable[T]], deadline: Deadline) -> asyncio.Task[T]:
        """Start the work unless it is under way, and return its task."""
        flying = self._flying.get(key)
        if flying is not None:
            flying[1].extend(deadline)
            return flying[0]
        own = Deadline(deadline.clock, deadline.at)
        task = asyncio.ensure_future(_run(start, own))
        self._flying[key] = (task, own)
        task.add_done_callback(lambda done: self._landed(key, done))
        return task

    def _landed(self, key: str, task: asyncio.Task[T]) -> None:
        self._flying.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at, so that a failure nobody waited for is not reported as lost

    async def close(self, seconds: float = 0.0) -> None:
        """Let work under way end within `seconds`, stop what is left, and return when it has stopped."""
        tasks = [task for task, _ in self._flying.values()]
        if tasks and seconds:
            await asyncio.wait(tasks, timeout=seconds)
        await end(*tasks)


async def _run(start: Callable[[Deadline], Awaitable[T]], deadline: Deadline) -> T:
    return await start(deadline)
