"""RefreshLock: the promises of its docstrings."""

import asyncio

from token_svc.application.ports.refresh_lock import Held, Lease
from token_svc.domain.cache_key import CacheKey

KEY = CacheKey.access("acc-1")


async def test_only_one_holds_the_lock(fleet):
    lease = await fleet.one.lock.acquire(KEY, 5)
    other = await fleet.two.lock.acquire(KEY, 5)
    assert isinstance(lease, Lease)
    assert other == Held(key=KEY, fence=lease.fence)


async def test_of_many_at_once_exactly_one_wins(fleet):
    turns = await asyncio.gather(*(replica.lock.acquire(KEY, 5) for replica in (fleet.one, fleet.two) * 10))
    assert sum(isinstance(turn, Lease) for turn in turns) == 1


async def test_the_fence_grows_with_each_lease(fleet):
    fences = []
    for replica in (fleet.one, fleet.two, fleet.one):
        lease = await replica.lock.acquire(KEY, 5)
        assert isinstance(lease, Lease)
        fences.append(lease.fence)
        assert await replica.lock.release(lease) is True
    assert fences == sorted(set(fences))


async def test_locks_of_different_keys_do_not_meet(fleet):
    assert isinstance(await fleet.one.lock.acquire(KEY, 5), Lease)
    assert isinstance(await fleet.two.lock.acquire(CacheKey.access("acc-2"), 5), Lease)


async def test_a_lease_seen_for_its_whole_time_is_taken_over(fleet):
    lost = await fleet.one.lock.acquire(KEY, 5)
    assert isinstance(await fleet.two.lock.acquire(KEY, 5), Held)
    fleet.clock.advance(4.9)
    assert isinstance(await fleet.two.lock.acquire(KEY, 5), Held)
    fleet.clock.advance(0.2)
    taken = await fleet.two.lock.acquire(KEY, 5)
    assert isinstance(taken, Lease)
    assert taken.fence > lost.fence


async def test_an_overrun_holder_cannot_release_the_next_ones_lease(fleet):
    overrun = await fleet.one.lock.acquire(KEY, 5)
    await fleet.two.lock.acquire(KEY, 5)
    fleet.clock.advance(5)
    newer = await fleet.two.lock.acquire(KEY, 5)
    assert isinstance(newer, Lease)
    assert await fleet.one.lock.release(overrun) is False
    assert isinstance(await fleet.one.lock.acquire(KEY, 5), Held)
    assert await fleet.two.lock.release(newer) is True


async def test_releasing_twice_is_harmless(fleet):
    lease = await fleet.one.lock.acquire(KEY, 5)
    assert await fleet.one.lock.release(lease) is True
    assert await fleet.one.lock.release(lease) is False


async def test_who_waits_is_told_when_the_lock_is_released(fleet):
    lease = await fleet.one.lock.acquire(KEY, 5)
    held = await fleet.two.lock.acquire(KEY, 5)
    waiting = asyncio.ensure_future(fleet.two.lock.wait_freed(held, 30))
    await asyncio.sleep(0)
    assert not waiting.done()
    await fleet.one.lock.release(lease)
    await asyncio.wait_for(waiting, 30)
    assert isinstance(await fleet.two.lock.acquire(KEY, 5), Lease)


async def test_waiting_for_a_lock_that_is_free_already_returns(fleet):
    lease = await fleet.one.lock.acquire(KEY, 5)
    held = await fleet.two.lock.acquire(KEY, 5)
    await fleet.one.lock.release(lease)
    await asyncio.wait_for(fleet.two.lock.wait_freed(held, 60), 30)


async def test_waiting_ends_after_the_callers_patience(fleet):
    await fleet.one.lock.acquire(KEY, 5)
    held = await fleet.two.lock.acquire(KEY, 5)
    await asyncio.wait_for(fleet.two.lock.wait_freed(held, 0.01), 30)
