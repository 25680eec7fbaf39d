"""What it costs to find a credential in the gateway's memory."""

import time

from bench.gateway import account

from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.domain.credentials import CredentialKind, CredentialNeed
from svc_kit.clock import SystemClock

COUNT = 100_000


async def measure() -> dict[str, float]:
    """Return microseconds per hit."""
    clock = SystemClock()
    cache = CredentialCache(MemoryCredentialSource(clock, account("plain", is_signed=False)), clock)
    await cache.get(CredentialNeed(CredentialKind.ACCESS, "plain"))
    started = time.perf_counter()
    for _ in range(COUNT):
        assert cache.peek(CredentialNeed(CredentialKind.ACCESS, "plain"))
    return {"token found in memory, microseconds": (time.perf_counter() - started) / COUNT * 1e6}
