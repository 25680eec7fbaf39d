"""What account-svc says over NATS reaches the credentials in memory."""

import asyncio
import json
from dataclasses import replace

import pytest

from spapi_gateway.adapters.inbound.nats.account_events import AccountEvents
from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.domain.credentials import CredentialKind, CredentialNeed
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import ManualClock
from svc_kit.messaging import NatsConnection

NEED = CredentialNeed(CredentialKind.ACCESS, "acc-na")


@pytest.fixture
async def connection(nats_url):
    async with NatsConnection.open(nats_url, "tests") as opened:
        yield opened


@pytest.fixture
async def cache(connection, accounts):
    clock = ManualClock()
    credentials = CredentialCache(MemoryCredentialSource(clock, *accounts.values()), clock)
    await AccountEvents(connection, credentials).start()
    await credentials.get(NEED)
    return credentials


async def say(connection, verb: str, version: int) -> None:
    kind = f"account-svc.account.{verb}.v1"
    await connection.client.publish(kind, json.dumps({"type": kind, "data": {"account": {"id": "acc-na", "version": version}}}).encode())
    await connection.client.flush()


async def forgotten(cache) -> None:
    async with asyncio.timeout(60):
        while cache.peek(NEED) is not None:
            await asyncio.sleep(0.005)


async def test_a_disconnected_account_is_refused_whatever_token_svc_still_has(connection, cache):
    await say(connection, "disconnected", 9)
    await forgotten(cache)
    with pytest.raises(CallRefusedError, match="amazon_not_connected"):
        await cache.get(NEED)


async def test_a_rotated_refresh_token_drops_the_credential_but_leaves_a_new_one_usable(connection, cache):
    await say(connection, "updated", 9)
    await forgotten(cache)
    kept = await cache.get(NEED)
    assert cache.peek(NEED) is kept


async def test_the_same_event_again_leaves_usable_what_was_made_after_it(connection, accounts):
    clock = ManualClock()
    credentials = CredentialCache(MemoryCredentialSource(clock, *(replace(account, version=9) for account in accounts.values())), clock)
    await AccountEvents(connection, credentials).start()
    made = await credentials.get(NEED)
    for _ in range(2):
        await say(connection, "connected", 9)
        await forgotten(credentials)
        assert await credentials.get(NEED) is made
        assert credentials.peek(NEED) is made


async def test_an_event_that_cannot_be_read_drops_everything(connection, cache):
    await connection.client.publish("account-svc.account.connected.v1", b"{")
    await connection.client.flush()
    await forgotten(cache)
