import asyncio

from svc_kit.tasks import end


async def test_tasks_have_ended_when_it_returns():
    cleaned = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(1)

    tasks = [asyncio.create_task(work()) for _ in range(3)]
    await asyncio.sleep(0)
    await end(*tasks)
    assert all(task.cancelled() for task in tasks)
    assert len(cleaned) == 3


async def test_a_task_that_swallows_a_cancellation_is_cancelled_again():
    swallowed = []

    async def stubborn() -> None:
        while len(swallowed) < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed.append(1)
        await asyncio.Event().wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end(task, patience=0.01)
    assert (task.cancelled(), len(swallowed)) == (True, 2)


async def test_what_has_ended_or_failed_is_no_hindrance():
    async def fail() -> None:
        raise RuntimeError

    async def fail_late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError

    tasks = [asyncio.create_task(work()) for work in (fail, fail_late)]
    await asyncio.sleep(0)
    await end(*tasks)
    assert all(isinstance(task.exception(), RuntimeError) for task in tasks)
