"""Calls through the gateway that go on while a test does something else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx


@asynccontextmanager
async def calls_running(api: httpx.AsyncClient, paths: Sequence[str], *, callers: int = 4) -> AsyncIterator[Counter[int]]:
    """Ask for `paths` in turn, over and over, until the block ends; the counter has the answers by status.

    A call that gets no answer at all counts as status 0.
    """
    answers: Counter[int] = Counter()
    done = asyncio.Event()

    async def call(first: int) -> None:
        number = first
        while not done.is_set():
            try:
                answers[(await api.get(paths[number % len(paths)])).status_code] += 1
            except httpx.TransportError:
                answers[0] += 1
            number += 1

    tasks = [asyncio.create_task(call(number)) for number in range(callers)]
    try:
        yield answers
    finally:
        done.set()
        await asyncio.gather(*tasks)
