import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from svc_kit.clock import ManualClock, SystemClock


async def test_a_sleeper_wakes_only_when_its_time_has_come():
    clock = ManualClock()
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9.9)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(0.1)
    await sleeper
    assert clock.sleepers == 0


async def test_sleepers_wake_in_the_order_of_their_times():
    clock, order = ManualClock(), []

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        order.append(seconds)

    tasks = [asyncio.create_task(sleep(s)) for s in (3, 1, 2)]
    await asyncio.sleep(0)
    clock.advance(5)
    await asyncio.gather(*tasks)
    assert order == [1, 2, 3]


def test_a_manual_clock_moves_wall_and_monotonic_time_together():
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    clock.advance(90)
    assert clock.now() == datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=90)
    assert clock.monotonic() == 90


def test_a_monotonic_clock_refuses_to_go_back():
    with pytest.raises(ValueError, match="go back"):
        ManualClock().advance(-1)


def test_system_time_is_aware_and_in_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)
