"""Waiting for a condition, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
_PAUSE = 0.1


async def eventually(look: Callable[[], Awaitable[T]], holds: Callable[[T], bool] = bool, *, within: float = 60.0, what: str = "") -> T:
    """Return what `look` saw as soon as `holds` says so; fail with the last sight when `within` seconds are over.

    An `AssertionError` of `look` counts as not yet.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            seen: T | AssertionError = await look()
            if holds(seen):  # type: ignore[arg-type]
                return seen  # type: ignore[return-value]
        except AssertionError as error:
            seen = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what or getattr(look, '__name__', look)}; last seen: {seen!r}")
        await asyncio.sleep(_PAUSE)
