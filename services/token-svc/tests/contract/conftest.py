"""Each port on its fake and on the real thing."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from svc_kit.clock import ManualClock
from svc_kit.messaging import NatsConnection
from svc_kit.secret import Secret
from token_svc.adapters.outbound.memory.account_floors import MemoryAccountFloors
from token_svc.adapters.outbound.memory.refresh_lock import MemoryRefreshLock
from token_svc.adapters.outbound.memory.shared_store import SharedStore
from token_svc.adapters.outbound.memory.token_cache import MemoryTokenCache
from token_svc.adapters.outbound.nats.account_floors import NatsAccountFloors
from token_svc.adapters.outbound.nats.entry_codec import EntryCodec
from token_svc.adapters.outbound.nats.refresh_lock import NatsRefreshLock
from token_svc.adapters.outbound.nats.token_cache import NatsTokenCache
from token_svc.adapters.outbound.nats.watched_bucket import WatchedBucket
from token_svc.application.ports.account_floors import AccountFloors
from token_svc.application.ports.refresh_lock import RefreshLock
from token_svc.application.ports.token_cache import TokenCache

_NUMBERS = itertools.count(1)


@dataclass
class Replica:
    cache: TokenCache
    lock: RefreshLock
    floors: AccountFloors


@dataclass
class Fleet:
    """Two replicas on one shared store, and the clock of both."""

    clock: ManualClock
    one: Replica
    two: Replica


@pytest.fixture(params=["memory", "nats"])
async def fleet(request) -> AsyncIterator[Fleet]:
    clock = ManualClock()
    if request.param == "memory":
        store = SharedStore()
        replicas = [Replica(MemoryTokenCache(store), MemoryRefreshLock(store, clock), MemoryAccountFloors(store)) for _ in range(2)]
        yield Fleet(clock, *replicas)
        return
    url = request.getfixturevalue("nats_url")
    bucket_name = f"CONTRACT_{next(_NUMBERS)}"
    async with AsyncExitStack() as stack:
        replicas = []
        for name in ("one", "two"):
            connection = await stack.enter_async_context(NatsConnection.open(url, name))
            bucket = WatchedBucket(connection, clock, bucket=bucket_name, max_age_seconds=3600, timeout=30)
            cache = NatsTokenCache(bucket, EntryCodec(Secret("k" * 40)), clock)
            await stack.enter_async_context(bucket.following(wait_seconds=30))
            replicas.append(Replica(cache, NatsRefreshLock(bucket, clock), NatsAccountFloors(bucket)))
        yield Fleet(clock, *replicas)
