"""TokenCache: the promises of its docstrings."""

import asyncio
from datetime import timedelta

import pytest

from svc_kit.secret import Secret
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.entry import Entry, Trouble
from token_svc.domain.grant import Grant
from token_svc.domain.rotation import PendingRotation

KEY = CacheKey.access("acc-1")


@pytest.fixture
def entry(fleet, make_account):
    def make(secret: str = "Atza|1", fence: int = 1) -> Entry:
        grant = Grant.create(Secret(secret), issued_at=fleet.clock.now(), expires_in=3600, jitter=0.25)
        return Entry(grant=grant, account=make_account(), fence=fence)

    return make


async def seen(cache, key, wanted, seconds=30):
    """Wait until the other replica has heard of it."""
    async with asyncio.timeout(seconds):
        while cache.peek(key) != wanted:
            await asyncio.sleep(0.001)


async def test_nothing_is_known_at_first(fleet):
    assert fleet.one.cache.peek(KEY) is None
    assert await fleet.one.cache.read(KEY) is None
    assert list(fleet.one.cache.known()) == []


async def test_a_write_is_heard_by_the_other_replica_whole(fleet, entry):
    stored = entry()
    assert await fleet.one.cache.write(KEY, stored) == stored
    assert fleet.one.cache.peek(KEY) == stored
    await seen(fleet.two.cache, KEY, stored)
    assert await fleet.two.cache.read(KEY) == stored


async def test_a_read_sees_every_write_that_ended_before(fleet, entry):
    for number in range(1, 20):
        stored = entry(f"Atza|{number}", number)
        await fleet.one.cache.write(KEY, stored)
        assert await fleet.two.cache.read(KEY) == stored


async def test_trouble_is_remembered_as_it_is(fleet, make_account):
    until = fleet.clock.now() + timedelta(seconds=10)
    trouble = Trouble(code="reauthorization_required", detail="again", until=until, credential_version=3, is_reported=False)
    stored = Entry(trouble=trouble, account=make_account(), fence=2)
    await fleet.one.cache.write(KEY, stored)
    assert await fleet.two.cache.read(KEY) == stored


async def test_a_newer_fence_stands_against_an_older_writer(fleet, entry):
    newer = entry("Atza|newer", 7)
    await fleet.one.cache.write(KEY, newer)
    assert await fleet.two.cache.write(KEY, entry("Atza|overrun", 5)) == newer
    assert await fleet.two.cache.read(KEY) == newer


async def test_of_writers_at_once_the_highest_fence_stands(fleet, entry):
    replicas = (fleet.one, fleet.two)
    await asyncio.gather(*(replicas[n % 2].cache.write(KEY, entry(f"Atza|{n}", n)) for n in range(1, 8)))
    stored = await fleet.one.cache.read(KEY)
    assert stored.fence == 7
    assert stored.grant.secret == Secret("Atza|7")


async def test_removal_is_heard_and_counted(fleet, entry):
    other = CacheKey(kind="restricted", owner="acc-1", covers="GET /orders/v0/orders")
    foreign = CacheKey.access("acc-2")
    for key in (KEY, other, foreign):
        await fleet.one.cache.write(key, entry())
    assert await fleet.one.cache.remove("acc-1") == 2
    await seen(fleet.two.cache, KEY, None)
    await seen(fleet.two.cache, other, None)
    assert await fleet.two.cache.read(foreign) == entry()
    assert await fleet.one.cache.remove("acc-1") == 0


async def test_only_the_wanted_kinds_are_removed(fleet, entry):
    session = CacheKey(kind="aws_session", owner="acc-1")
    for key in (KEY, session):
        await fleet.one.cache.write(key, entry())
    assert await fleet.one.cache.remove("acc-1", kinds={"aws_session"}) == 1
    assert await fleet.two.cache.read(session) is None
    assert await fleet.two.cache.read(KEY) == entry()


async def test_removing_all_spares_rotated_refresh_tokens(fleet, entry):
    rotation = CacheKey(kind="rotation", owner="acc-1")
    packed = PendingRotation(refresh_token=Secret("Atzr|new"), expected_version=1).packed()
    kept = Entry(grant=entry().grant.with_secret(packed))
    await fleet.one.cache.write(rotation, kept)
    await fleet.one.cache.write(KEY, entry())
    assert await fleet.one.cache.remove() == 1
    assert await fleet.one.cache.read(KEY) is None
    assert await fleet.one.cache.read(rotation) == kept


async def test_a_refresh_under_way_while_the_account_is_removed_is_not_stored(fleet, entry):
    lease = await fleet.one.lock.acquire(KEY, 5)
    await fleet.two.cache.remove("acc-1")
    stale = entry("Atza|of the old authorisation", lease.fence)
    assert await fleet.one.cache.write(KEY, stale) == stale
    assert await fleet.two.cache.read(KEY) is None
    await fleet.one.lock.release(lease)
    fresh = await fleet.two.lock.acquire(KEY, 5)
    stored = entry("Atza|fresh", fresh.fence)
    await fleet.two.cache.write(KEY, stored)
    assert await fleet.one.cache.read(KEY) == stored


async def test_what_the_holder_wrote_is_seen_once_its_lock_is_free(fleet, entry):
    lease = await fleet.one.lock.acquire(KEY, 5)
    held = await fleet.two.lock.acquire(KEY, 5)
    waiting = asyncio.ensure_future(fleet.two.lock.wait_freed(held, 30))
    stored = entry("Atza|2", lease.fence)
    await fleet.one.cache.write(KEY, stored)
    await fleet.one.lock.release(lease)
    await waiting
    assert fleet.two.cache.peek(KEY) == stored


async def test_known_tells_what_is_remembered(fleet, entry):
    await fleet.one.cache.write(KEY, entry())
    await fleet.one.cache.write(CacheKey(kind="grantless", owner="default", covers="scope"), entry())
    assert {(key.kind, key.owner) for key, _ in fleet.one.cache.known()} == {("access", "acc-1"), ("grantless", "default")}
