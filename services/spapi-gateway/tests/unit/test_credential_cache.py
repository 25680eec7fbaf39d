"""Credentials in memory: fetched once, renewed ahead, dropped at once."""

import asyncio

import pytest

from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.application.credential_sources import FallbackCredentialSource
from spapi_gateway.application.ports.credential_source import CredentialUnavailableError
from spapi_gateway.domain.accounts import AccountFloor
from spapi_gateway.domain.credentials import CredentialKind, CredentialNeed
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import ManualClock
from svc_kit.errors import Timeout, Unavailable

NEED = CredentialNeed(CredentialKind.ACCESS, "acc-na")


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def source(clock, accounts):
    return MemoryCredentialSource(clock, *accounts.values())


@pytest.fixture
def cache(source, clock):
    return CredentialCache(source, clock)


async def test_many_who_ask_at_once_make_one_fetch(cache, source):
    found = await asyncio.gather(*(cache.get(NEED) for _ in range(50)))
    assert len({credential.token for credential in found}) == 1
    assert source.issued == [NEED]
    assert cache.peek(NEED) is found[0]


async def test_different_needs_are_never_mixed_up(cache):
    other = CredentialNeed(CredentialKind.ACCESS, "acc-demo")
    first, second = await cache.get(NEED), await cache.get(other)
    assert first.token != second.token
    assert (first.account.id, second.account.id) == ("acc-na", "acc-demo")


async def test_an_expired_credential_is_not_served(cache, clock):
    first = await cache.get(NEED)
    clock.advance(3590)
    assert cache.peek(NEED) is None
    assert (await cache.get(NEED)).token == first.token
    clock.advance(20)
    assert (await cache.get(NEED)).token != first.token


async def test_a_credential_in_use_is_renewed_in_the_background_ahead_of_time(cache, source, clock):
    first = await cache.get(NEED)
    clock.advance(301)
    assert cache.peek(NEED) is first
    assert cache.peek(NEED) is first
    await settle()
    assert len(source.issued) == 2


async def test_while_renewal_fails_the_old_one_is_served(cache, source, clock):
    first = await cache.get(NEED)
    source.fault = Unavailable("token-svc is away")
    for _ in range(3):
        clock.advance(400)
        assert cache.peek(NEED) is first
        await settle()
    clock.advance(3600)
    with pytest.raises(Unavailable):
        await cache.get(NEED)
    source.fault = None
    assert (await cache.get(NEED)).token != first.token


async def test_a_renewal_that_is_refused_ends_the_old_credential(cache, source, clock):
    await cache.get(NEED)
    source.refusals["acc-na"] = CallRefusedError("reauthorization_required", "connect again")
    clock.advance(301)
    cache.peek(NEED)
    await settle()
    assert cache.peek(NEED) is None


async def test_a_refusal_is_remembered_for_a_moment(cache, source, clock):
    source.refusals["acc-na"] = CallRefusedError("amazon_not_connected", "no")
    for _ in range(3):
        with pytest.raises(CallRefusedError):
            await cache.get(NEED)
    del source.refusals["acc-na"]
    with pytest.raises(CallRefusedError):
        await cache.get(NEED)
    clock.advance(2.1)
    assert (await cache.get(NEED)).account.id == "acc-na"


async def test_a_rejected_token_is_replaced_once_for_all_who_held_it(cache, source):
    first = await cache.get(NEED)
    found = await asyncio.gather(*(cache.get(NEED, rejected=first) for _ in range(10)))
    assert len({credential.token for credential in found} - {first.token}) == 1
    assert len(source.issued) == 2
    assert (await cache.get(NEED, rejected=first)).token == found[0].token
    assert len(source.issued) == 2


async def test_a_dropped_account_is_fetched_anew_and_others_are_kept(cache, source):
    other = CredentialNeed(CredentialKind.ACCESS, "acc-demo")
    await cache.get(NEED)
    kept = await cache.get(other)
    cache.drop_account("acc-na")
    assert cache.peek(NEED) is None
    assert cache.peek(other) is kept
    cache.drop_all()
    assert len(cache) == 0


async def test_what_the_source_says_before_it_heard_of_a_change_is_not_kept(cache, source):
    cache.drop_account("acc-na", AccountFloor(7))
    assert (await cache.get(NEED)).account.version < 7
    assert cache.peek(NEED) is None
    cache.drop_account("acc-na", AccountFloor(0))
    await cache.get(NEED)
    assert cache.peek(NEED) is None, "an older change does not lower the floor"


async def test_a_disconnected_account_is_refused_even_while_the_source_still_serves_it(cache):
    await cache.get(NEED)
    cache.drop_account("acc-na", AccountFloor(7, is_end=True))
    with pytest.raises(CallRefusedError, match="amazon_not_connected"):
        await cache.get(NEED)
    assert cache.peek(NEED) is None


async def test_a_fetch_under_way_when_the_account_changed_is_not_kept(cache, source):
    waiting = asyncio.create_task(cache.get(NEED))
    await asyncio.sleep(0)
    cache.drop_account("acc-na")
    assert (await waiting).account.id == "acc-na"
    assert cache.peek(NEED) is None


async def test_a_caller_who_gives_up_does_not_end_the_fetch_of_the_others(clock, accounts):
    gate = asyncio.Event()
    inner = MemoryCredentialSource(clock, *accounts.values())

    class Slow:
        async def issue(self, need, *, rejected_sha256=None):
            await gate.wait()
            return await inner.issue(need, rejected_sha256=rejected_sha256)

    cache = CredentialCache(Slow(), clock)
    leaving, staying = asyncio.create_task(cache.get(NEED)), asyncio.create_task(cache.get(NEED))
    await settle()
    leaving.cancel()
    await settle()
    gate.set()
    assert (await staying).account.id == "acc-na"
    with pytest.raises(asyncio.CancelledError):
        await leaving


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Unavailable("NATS is away"), None),
        (CredentialUnavailableError("Amazon is down"), CredentialUnavailableError),
        (Timeout("silent"), Timeout),
        (CallRefusedError("amazon_not_connected", "no"), CallRefusedError),
    ],
)
async def test_the_second_way_is_taken_only_when_the_first_cannot_be_reached(clock, accounts, fault, expected):
    first, second = MemoryCredentialSource(clock), MemoryCredentialSource(clock, *accounts.values())
    first.fault = fault
    both = FallbackCredentialSource(first, second)
    if expected is None:
        assert (await both.issue(NEED)).account.id == "acc-na"
        return
    with pytest.raises(expected):
        await both.issue(NEED)
    assert second.issued == []
