"""Callers wait for a slot: in order, no longer than they said, and are told exactly when."""

import asyncio

import pytest

from spapi_gateway.application.pacer import Pacer
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.lanes import Lane
from spapi_gateway.domain.operations import Operation
from spapi_gateway.domain.usage_plan import PlanKey
from svc_kit.clock import ManualClock

OPERATION = Operation(api="a", version="1", operation_id="o", method="GET", template="/a", rate=1.0, burst=2)
KEY = PlanKey("app", "seller", "NA", OPERATION.key)


class Street:
    """A pacer on a clock that is moved by hand, and callers that note when they were served."""

    def __init__(self, **bounds: int) -> None:
        self.clock = ManualClock()
        self.pacer = Pacer(self.clock, **bounds)
        self.plan = self.pacer.plan(KEY, OPERATION)
        self.served: list[tuple[str, float]] = []
        self.refused: list[CallRefusedError] = []

    async def call(self, name: str, lane: Lane = Lane.INTERACTIVE, patience: float = 100.0) -> None:
        try:
            await self.pacer.take(self.plan, lane, patience)
        except CallRefusedError as refusal:
            self.refused.append(refusal)
        else:
            self.served.append((name, round(self.clock.monotonic(), 3)))

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def run(self, seconds: float, step: float = 0.25) -> None:
        for _ in range(int(seconds / step)):
            await self.settle()
            self.clock.advance(step)
        await self.settle()


@pytest.fixture
def street() -> Street:
    return Street()


async def test_callers_are_served_in_order_as_slots_come(street):
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(street.call(str(number)))
            await asyncio.sleep(0)
        await street.run(4)
    assert street.served == [("0", 0.0), ("1", 0.0), ("2", 1.0), ("3", 2.0), ("4", 3.0)]
    assert street.pacer.waiting == 0
    assert street.clock.sleepers == 0


async def test_who_cannot_be_served_in_time_is_told_at_once_and_exactly(street):
    for name in "ab":
        await street.call(name)
    await street.call("c", patience=0)
    await street.call("d", patience=0.9)
    assert [refusal.code for refusal in street.refused] == ["throttled", "throttled"]
    assert [refusal.retry_after for refusal in street.refused] == [pytest.approx(1.0), pytest.approx(1.0)]
    assert street.clock.monotonic() == 0.0


async def test_a_weightier_lane_goes_first_and_a_backfill_still_moves(street):
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for lane, name in [(Lane.BACKFILL, "backfill"), (Lane.SYNC, "sync"), (Lane.INTERACTIVE, "person")]:
            for number in range(9):
                group.create_task(street.call(f"{name}{number}", lane))
        await street.settle()
        await street.run(26)
    order = [name.rstrip("0123456789") for name, _ in street.served]
    assert order[2:13].count("person") >= 7
    assert "backfill" in order[2:13]
    assert len(order) == 27


async def test_a_raised_rate_wakes_those_who_wait(street):
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(12):
            group.create_task(street.call(str(number)))
        await street.settle()
        assert len(street.served) == 2
        street.pacer.learn(street.plan, 200, "10.0")
        await street.run(1.1, step=0.05)
    assert len(street.served) == 12
    assert street.served[-1][1] <= 1.1


async def test_a_429_stops_the_lane_until_the_next_slot_at_half_the_rate(street):
    await street.call("a")
    street.pacer.learn(street.plan, 429, None)
    assert street.plan.bucket.wait(0.0) == pytest.approx(2.0)
    for _ in range(10):
        street.pacer.learn(street.plan, 200, None)
    assert street.plan.bucket.rate == pytest.approx(1.0)


@pytest.mark.parametrize("header", ["", "fast", "-1", "0", "nan", "inf", "1e9"])
async def test_a_senseless_rate_header_is_ignored(street, header):
    street.pacer.learn(street.plan, 200, header)
    assert street.plan.bucket.limit == 1.0


async def test_a_caller_who_leaves_takes_no_slot(street):
    for name in "ab":
        await street.call(name)
    leaving = asyncio.create_task(street.call("leaving"))
    await street.settle()
    staying = asyncio.create_task(street.call("staying"))
    await street.settle()
    leaving.cancel()
    await street.run(1)
    assert [name for name, _ in street.served] == ["a", "b", "staying"]
    await asyncio.gather(leaving, staying, return_exceptions=True)


async def test_a_caller_pushed_back_beyond_his_patience_is_refused_then(street):
    for name in "ab":
        await street.call(name)
    late = asyncio.create_task(street.call("late", Lane.BACKFILL, patience=1.5))
    await street.settle()
    others = [asyncio.create_task(street.call(f"p{number}")) for number in range(4)]
    await street.run(5)
    await asyncio.gather(late, *others)
    assert [refusal.code for refusal in street.refused] == ["throttled"]
    assert len(street.served) == 6


async def test_the_queue_is_bounded():
    street = Street(most_waiting=3)
    calls = [asyncio.create_task(street.call(str(number))) for number in range(8)]
    await street.settle()
    assert len(street.refused) == 3
    await street.run(4)
    await asyncio.gather(*calls)
    assert len(street.served) == 5


async def test_a_full_idle_plan_is_forgotten_first():
    pacer = Pacer(ManualClock(), kept_plans=2)
    used = pacer.plan(KEY._replace(operation="used"), OPERATION)
    assert pacer.try_take(used)
    for number in range(5):
        pacer.plan(KEY._replace(operation=str(number)), OPERATION)
    assert pacer.plan(KEY._replace(operation="used"), OPERATION) is used
