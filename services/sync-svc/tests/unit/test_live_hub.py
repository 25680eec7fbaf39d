import asyncio
from contextlib import suppress

import pytest

from svc_kit.errors import Unavailable
from sync_svc.adapters.inbound.sse.client import QUEUE_LENGTH
from sync_svc.adapters.inbound.sse.hub import HEARTBEAT_SECONDS, LiveHub
from sync_svc.adapters.outbound.memory.event_log import MemoryEventLog

ORDER = "sync-svc.order.changed.v1"


class Feed:
    """A hub on a log in memory."""

    def __init__(self, clock):
        self.clock = clock
        self.log = MemoryEventLog()
        self.changed = []
        self.fed = []
        self.hub = LiveHub(self.log, clock, on_change=self.changed.append, on_feed=self.fed.append)

    async def say(self, text="{}", tenant="acme", kind=ORDER):
        return await self.log.append(tenant=tenant, type=kind, data=text.encode())

    async def settle(self):
        for _ in range(20):
            await asyncio.sleep(0)

    async def read(self, stream, count):
        """Return the ids of the next `count` events."""
        ids = []
        async with asyncio.timeout(60):
            while len(ids) < count:
                text = (await anext(stream)).decode()
                blocks = [block for block in text.split("\n\n") if "event:" in block]
                ids += [int(block.split("id: ")[1].split("\n")[0]) for block in blocks]
        return ids


@pytest.fixture
async def feed(clock):
    opened = Feed(clock)
    task = asyncio.create_task(opened.hub.run())
    await opened.settle()
    yield opened
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_new_client_hears_what_comes_from_now_on(feed):
    await feed.say()
    await feed.settle()
    stream = await feed.hub.open("acme", None)
    assert await anext(stream) == b"retry: 2000\nid: 1\n\n"
    await feed.say('{"order_id":"1"}')
    assert await anext(stream) == b'id: 2\nevent: order.changed\ndata: {"order_id":"1"}\n\n'


async def test_client_hears_its_own_tenant_only(feed):
    stream = await feed.hub.open("acme", None)
    await anext(stream)
    await feed.say(tenant="rival")
    await feed.say(tenant="acme")
    assert await feed.read(stream, 1) == [2]


async def test_resume_has_neither_gap_nor_double(feed):
    for _ in range(5):
        await feed.say()
    await feed.settle()
    stream = await feed.hub.open("acme", 2)
    assert await anext(stream) == b"retry: 2000\nid: 2\n\n"
    for _ in range(3):  # these come while the replay has not been read yet
        await feed.say()
    await feed.settle()
    await feed.say(tenant="rival")
    await feed.say()
    assert await feed.read(stream, 7) == [3, 4, 5, 6, 7, 8, 10]


async def test_replay_is_of_the_own_tenant_only(feed):
    for tenant in ("acme", "rival", "acme"):
        await feed.say(tenant=tenant)
    await feed.settle()
    stream = await feed.hub.open("acme", 0)
    await feed.say()
    assert await feed.read(stream, 3) == [1, 3, 4]


async def test_id_older_than_the_log_resets(feed):
    for _ in range(5):
        await feed.say()
    feed.log.forget(up_to=3)
    await feed.settle()
    stream = await feed.hub.open("acme", 2)
    assert await anext(stream) == b'id: 5\nevent: reset\ndata: {"reason":"too_old"}\n\n'
    kept = await feed.hub.open("acme", 3)
    assert await feed.read(kept, 2) == [4, 5]


async def test_id_from_the_future_resets(feed):
    await feed.say()
    await feed.settle()
    assert b"event: reset" in await anext(await feed.hub.open("acme", 99))


async def test_id_ahead_of_this_process_waits_instead_of_repeating(feed):
    await feed.say()
    await feed.settle()
    feed.log.is_away = False
    stream = await feed.hub.open("acme", 1)
    await anext(stream)
    await feed.say()
    assert await feed.read(stream, 1) == [2]


async def test_silence_is_broken_by_heartbeats(feed, clock):
    stream = await feed.hub.open("acme", None)
    await anext(stream)
    clock.advance(HEARTBEAT_SECONDS)
    assert await anext(stream) == b": heartbeat\n\n"


async def test_slow_reader_is_dropped_and_resumes_without_loss(feed):
    stream = await feed.hub.open("acme", None)
    await anext(stream)
    for _ in range(QUEUE_LENGTH + 5):
        await feed.say()
    await feed.settle()
    assert feed.hub.client_count == 0
    heard = await feed.read(stream, QUEUE_LENGTH)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    again = await feed.hub.open("acme", heard[-1])
    assert heard + await feed.read(again, 5) == list(range(1, QUEUE_LENGTH + 6))


async def test_log_away_refuses_new_clients_and_recovers_without_loss(feed, clock):
    stream = await feed.hub.open("acme", None)
    await anext(stream)
    await feed.log.cut(is_away=True)
    await feed.settle()
    with pytest.raises(Unavailable):
        await feed.hub.open("acme", None)
    await feed.log.cut(is_away=False)
    await feed.say()
    clock.advance(1)
    await feed.settle()
    assert await feed.read(stream, 1) == [1]
    assert feed.fed == [True, False, True]


async def test_changes_are_told_by_tenant(feed):
    await feed.say(tenant="rival")
    await feed.settle()
    assert feed.changed == ["rival"]


async def test_closing_ends_every_stream_and_refuses_new_ones(feed):
    stream = await feed.hub.open("acme", None)
    await anext(stream)
    feed.hub.close()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    with pytest.raises(Unavailable):
        await feed.hub.open("acme", None)


async def test_types_that_are_not_shown_do_not_reach_clients(feed):
    stream = await feed.hub.open("acme", None)
    await anext(stream)
    await feed.say(kind="sync-svc.secret.thing.v1")
    await feed.say(kind="sync-svc.run.failed.v1")
    assert await anext(stream) == b"id: 2\nevent: sync.completed\ndata: {}\n\n"
