"""A connection that stands says nothing of its watcher: one that hears nothing any more is noticed and made anew."""

import asyncio
from contextlib import AsyncExitStack

from svc_kit.clock import SystemClock
from svc_kit.messaging import NatsConnection
from token_svc.adapters.outbound.nats.watched_bucket import WatchedBucket

BUCKET = "GONE_DEAF"


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_deaf_watcher_is_noticed_and_made_anew(nats_url):
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(NatsConnection.open(nats_url, name)) for name in ("deaf", "speaking")]
        deaf, speaking = (WatchedBucket(one, SystemClock(), bucket=BUCKET, max_age_seconds=600, beat_seconds=0.2) for one in connections)
        await stack.enter_async_context(deaf.following())
        await stack.enter_async_context(speaking.following())
        await speaking.put("first", b"1", last=0)
        await until(lambda: deaf.peek("first") is not None)

        for subscription in list(connections[0].client._subs.values()):
            if not subscription.subject.endswith("*"):  # that one takes the answers to requests
                subscription._cb = _nobody  # the watcher's: delivered to, and nobody takes it
        await speaking.put("second", b"2", last=0)
        await until(lambda: deaf.peek("second") is not None)
        await speaking.put("third", b"3", last=0)
        await until(lambda: deaf.peek("third") is not None)
        await deaf.ping()


async def _nobody(_message: object) -> None:
    return None
