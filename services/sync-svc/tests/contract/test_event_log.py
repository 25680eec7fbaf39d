"""What every event log promises, whether in memory or on JetStream."""

import asyncio
import json
import uuid
from contextlib import aclosing

import pytest

from svc_kit.errors import Unavailable
from svc_kit.messaging import NatsConnection, ensure_stream
from sync_svc.adapters.outbound.memory.event_log import MemoryEventLog
from sync_svc.adapters.outbound.nats.event_log import NatsEventLog

TYPE = "sync-svc.order.changed.v1"


class InMemory:
    """A log in memory, and ways to write, to forget and to be away."""

    def __init__(self) -> None:
        self.log = MemoryEventLog()

    async def write(self, number: int, tenant: str = "acme") -> None:
        await self.log.append(tenant=tenant, type=TYPE, data=b'{"n":%d}' % number)

    async def forget(self, up_to: int) -> None:
        self.log.forget(up_to=up_to)

    async def go_away(self) -> None:
        await self.log.cut(is_away=True)


class OnJetStream:
    """The same on a stream of its own."""

    def __init__(self, connection: NatsConnection, stream: str) -> None:
        self._connection = connection
        self._stream = stream
        self.log = NatsEventLog(connection, stream=stream)

    async def write(self, number: int, tenant: str = "acme") -> None:
        event = {"specversion": "1.0", "type": TYPE, "tenantid": tenant, "data": {"n": number}}
        await self._connection.jetstream().publish(f"{self._stream}.x", json.dumps(event, separators=(",", ":")).encode())

    async def forget(self, up_to: int) -> None:
        await self._connection.jetstream().purge_stream(self._stream, seq=up_to + 1)

    async def go_away(self) -> None:
        await self._connection.jetstream().delete_stream(self._stream)


@pytest.fixture(params=["memory", "jetstream"])
async def store(request):
    if request.param == "memory":
        yield InMemory()
        return
    async with NatsConnection.open(request.getfixturevalue("nats_url"), "event-log-tests") as connection:
        name = f"L{uuid.uuid4().hex}"
        await ensure_stream(connection.jetstream(), name, [f"{name}.>"])
        yield OnJetStream(connection, name)


async def numbers(events, count: int | None = None) -> list[int]:
    """The numbers of the first `count` events, or of all."""
    found: list[int] = []
    async with asyncio.timeout(60), aclosing(events):
        async for event in events:
            found.append(json.loads(event.data)["n"])
            if count is not None and len(found) == count:
                break
    return found


async def test_an_empty_log_ends_before_it_begins(store):
    assert await store.log.bounds() == (1, 0)


async def test_an_event_keeps_its_place_tenant_type_and_data(store):
    await store.write(7, tenant="other")
    [event] = [event async for event in store.log.read(after=0, until=1)]
    assert (event.sequence, event.tenant, event.type, event.data) == (1, "other", TYPE, b'{"n":7}')


async def test_reading_gives_what_lies_after_one_place_up_to_another_in_order(store):
    for number in range(1, 6):
        await store.write(number)
    assert await store.log.bounds() == (1, 5)
    assert await numbers(store.log.read(after=1, until=4)) == [2, 3, 4]
    assert await numbers(store.log.read(after=0, until=5)) == [1, 2, 3, 4, 5]
    assert await numbers(store.log.read(after=4, until=4)) == []


async def test_what_was_forgotten_is_passed_over_and_the_bounds_say_so(store):
    for number in range(1, 6):
        await store.write(number)
    await store.forget(2)
    assert await store.log.bounds() == (3, 5)
    assert await numbers(store.log.read(after=0, until=5)) == [3, 4, 5]


async def test_following_goes_on_with_what_is_written_later_and_misses_nothing(store):
    for number in range(1, 4):
        await store.write(number)
    following = asyncio.create_task(numbers(store.log.follow(after=1), count=300))
    for number in range(4, 302):
        await store.write(number)
    assert await following == list(range(2, 302))


async def test_two_followers_get_everything_each(store):
    followers = [asyncio.create_task(numbers(store.log.follow(after=0), count=20)) for _ in range(2)]
    for number in range(20):
        await store.write(number)
    assert await asyncio.gather(*followers) == [list(range(20))] * 2


async def test_a_log_that_is_away_says_so(store):
    await store.write(1)
    await store.go_away()
    with pytest.raises(Unavailable):
        await store.log.bounds()
    with pytest.raises(Unavailable):
        await numbers(store.log.read(after=0, until=1))
    with pytest.raises(Unavailable):
        await numbers(store.log.follow(after=0))


async def test_a_follower_is_told_when_the_log_goes_away(store):
    following = asyncio.create_task(numbers(store.log.follow(after=0), count=2))
    await store.write(1)
    await store.go_away()
    with pytest.raises(Unavailable):
        await following
