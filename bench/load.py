"""Asks a URL again and again, cheaply."""

import asyncio
import time

from pyreqwest.client import Client, ClientBuilder


def client() -> Client:
    """Return a pooled client."""
    return ClientBuilder().no_proxy().build()


async def calls(asking: Client, url: str, headers: dict[str, str], count: int, in_flight: int) -> None:
    """Make `count` calls with `in_flight` at a time; every one must be a complete 200."""
    left = count

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            answer = await asking.get(url).headers(headers).build().send()
            assert answer.status == 200, bytes(await answer.bytes())
            await answer.bytes()

    await asyncio.gather(*(worker() for _ in range(in_flight)))


async def latencies(asking: Client, url: str, headers: dict[str, str], count: int) -> list[float]:
    """Return the milliseconds of `count` calls made one after the other."""
    found: list[float] = []
    for _ in range(count):
        started = time.perf_counter()
        answer = await asking.get(url).headers(headers).build().send()
        await answer.bytes()
        found.append((time.perf_counter() - started) * 1000)
    return found
