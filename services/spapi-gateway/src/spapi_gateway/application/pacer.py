"""Gives each call a slot in its usage plan."""

import asyncio
from collections import OrderedDict
from http import HTTPStatus
from typing import Final

from spapi_gateway.domain.bucket import TokenBucket
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.lanes import Lane, LaneQueue
from spapi_gateway.domain.operations import Operation
from spapi_gateway.domain.usage_plan import PlanKey
from svc_kit.clock import Clock

_MOST_WAITING: Final = 2000
_KEPT_PLANS: Final = 50_000


class Plan:
    """One usage plan: its bucket, and those who wait for it."""

    __slots__ = ("bucket", "poke", "pump", "queue")

    def __init__(self, bucket: TokenBucket) -> None:
        self.bucket = bucket
        self.queue: LaneQueue[asyncio.Future[None]] = LaneQueue()
        self.poke = asyncio.Event()
        self.pump: asyncio.Task[None] | None = None


class Pacer:
    """Buckets per usage plan, created from the catalogue when first used.

    Callers wait in lanes (see `LaneQueue`), at most two thousand per plan, each no longer than it said.
    """

    def __init__(self, clock: Clock, *, most_waiting: int = _MOST_WAITING, kept_plans: int = _KEPT_PLANS) -> None:
        self._clock = clock
        self._most_waiting = most_waiting
        self._kept_plans = kept_plans
        self._plans: OrderedDict[PlanKey, Plan] = OrderedDict()
        self.waiting = 0

    def plan(self, key: PlanKey, operation: Operation) -> Plan:
        """Return the plan of `key`, with the catalogue's figures when it is new."""
        plan = self._plans.get(key)
        if plan is None:
            plan = Plan(TokenBucket(limit=operation.rate, burst=operation.burst, now=self._clock.monotonic()))
            self._plans[key] = plan
            if len(self._plans) > self._kept_plans:
                self._evict()
        return plan

    def _evict(self) -> None:
        # Only a plan nobody waits for and whose bucket is full again can be forgotten without forgetting a debt.
        now = self._clock.monotonic()
        for key, plan in list(self._plans.items())[:1000]:
            if not plan.queue and plan.bucket.wait(now, plan.bucket.burst - 1) <= 0:
                del self._plans[key]

    def try_take(self, plan: Plan) -> bool:
        """Take a slot at once when nobody waits and one is free."""
        return plan.pump is None and plan.bucket.try_take(self._clock.monotonic())

    async def take(self, plan: Plan, lane: Lane, patience: float) -> None:
        """Return when a slot was given; wait at most `patience` seconds.

        Raises `CallRefusedError("throttled")` at once when the slot cannot come in time, saying when it would have; and
        when later callers in weightier lanes pushed it beyond the patience.
        """
        if self.try_take(plan):
            return
        now = self._clock.monotonic()
        wait = plan.bucket.wait(now, plan.queue.ahead(lane))
        if wait > patience or len(plan.queue) >= self._most_waiting:
            raise _throttled(wait)
        slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        plan.queue.add(lane, slot)
        self.waiting += 1
        if plan.pump is None:
            plan.pump = asyncio.create_task(self._serve(plan), name="pacing")
        # A little slack: a slot that is due exactly at the deadline is still worth having.
        giving_up = asyncio.create_task(self._expire(slot, patience + 0.05), name="pacing-deadline")
        try:
            await slot
        except TimeoutError:
            raise _throttled(plan.bucket.wait(self._clock.monotonic(), plan.queue.ahead(lane))) from None
        finally:
            self.waiting -= 1
            giving_up.cancel()
            plan.queue.discard(lane, slot)

    async def _expire(self, slot: asyncio.Future[None], patience: float) -> None:
        await self._clock.sleep(patience)
        if not slot.done():
            slot.set_exception(TimeoutError())

    async def _serve(self, plan: Plan) -> None:
        try:
            while plan.queue:
                now = self._clock.monotonic()
                if plan.bucket.try_take(now):
                    waiter = plan.queue.pop(_is_live)
                    if waiter is None:
                        plan.bucket.tokens += 1.0  # all had given up: the slot is not used
                        return
                    waiter.set_result(None)
                    continue
                await self._pause(plan, plan.bucket.wait(now))
        finally:
            plan.pump = None

    async def _pause(self, plan: Plan, seconds: float) -> None:
        """Sleep until the next slot is due, or the plan has changed."""
        plan.poke.clear()
        timer = asyncio.create_task(self._clock.sleep(seconds))
        poked = asyncio.create_task(plan.poke.wait())
        try:
            await asyncio.wait((timer, poked), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            poked.cancel()

    def learn(self, plan: Plan, status: int, limit: str | None) -> None:
        """Take in what an answer says about the plan: its rate header, a refusal, a success."""
        now = self._clock.monotonic()
        bucket = plan.bucket
        changed = False
        if limit is not None:
            changed = bucket.follow(_rate(limit), now)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            bucket.cut(now)
            changed = True
        elif status < 400 and bucket.rate < bucket.limit:  # noqa: PLR2004 - a success
            changed = bucket.recover(now) or changed
        if changed and plan.pump is not None:
            plan.poke.set()


def _is_live(slot: asyncio.Future[None]) -> bool:
    return not slot.done()


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        return 0.0
    return rate if 0 < rate < 1e6 else 0.0  # noqa: PLR2004 - no plan of Amazon's is near a million a second


def _throttled(wait: float) -> CallRefusedError:
    return CallRefusedError(
        "throttled",
        f"The usage plan of this operation has its next free slot in {wait:.3f} s, which is later than x-sellerport-deadline-ms allows.",
        retry_after=max(wait, 0.001),
    )
