"""Tasks that run as long as the process."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from svc_kit.logs import get_logger
from svc_kit.tasks import end

Job = Callable[[], Awaitable[None]]
_PAUSE: Final = 1.0


@asynccontextmanager
async def running(jobs: Mapping[str, Job]) -> AsyncGenerator[None]:
    """Run the jobs until the block ends, then cancel them and wait; a job that ends by a fault is reported and run again."""
    tasks = [asyncio.create_task(_keep(name, job), name=name) for name, job in jobs.items()]
    try:
        yield
    finally:
        await end(*tasks)


async def _keep(name: str, job: Job) -> None:
    while True:
        try:
            await job()
        except Exception as error:  # noqa: BLE001 - one job's bug must not end the process; it is reported
            get_logger().error("job_failed", job=name, exc_info=error)
        await asyncio.sleep(_PAUSE)
