"""What account-svc publishes reaches every replica's cache."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import asdict

import pytest

from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds
from svc_kit.messaging import Event, JetStreamPublisher, NatsConnection, ensure_stream
from token_svc.adapters.inbound.nats.account_events import DURABLE, STREAM


@asynccontextmanager
async def stream(nats_url):
    """The stream as account-svc makes it, and a publisher."""
    async with NatsConnection.open(nats_url, "account-svc") as connection:
        await ensure_stream(connection.jetstream(), STREAM, ["account-svc.>"])
        yield JetStreamPublisher(connection), connection


async def consumers_ready(connection, seconds=60):
    async with asyncio.timeout(seconds):
        while True:
            infos = await connection.jetstream().consumers_info(STREAM)
            if any(info.name == DURABLE for info in infos):
                return
            await asyncio.sleep(0.05)


async def ask(client, town, account_id):
    headers = town.identities.bearer("spapi-gateway", "tokens:issue")
    return await client.post("/v1/tokens", json={"account_id": account_id}, headers=headers)


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("verb", ["disconnected", "connected", "reauthorization_required", "erased"])
async def test_an_ended_authorisation_is_forgotten_by_all_replicas(town, make_credentials, nats_url, verb):
    account_id, _ = town.seller(make_credentials)
    async with stream(nats_url) as (publisher, connection), town.replica("one") as one, town.replica("two") as two:
        await consumers_ready(connection)
        first = (await ask(one, town, account_id)).json()["token"]
        assert (await ask(two, town, account_id)).json()["token"] == first
        town.source.set_status(account_id, "active")  # the next version of the account
        account = town.source.accounts[account_id].account
        data = {"account": {**asdict(account), "a_new_field": True}, "reason": "test"}
        event = Event.create(
            type=f"account-svc.account.{verb}.v1", tenant="demo", subject=account_id, data=data, clock=SystemClock(), ids=SystemIds()
        )
        await publisher.publish(event)
        await publisher.publish(event)

        async def renewed():
            return (await ask(two, town, account_id)).json()["token"] != first

        await until(renewed)


async def test_an_event_that_is_none_stops_nobody(town, make_credentials, nats_url):
    account_id, _ = town.seller(make_credentials)
    async with stream(nats_url) as (publisher, connection), town.replica("one") as one:
        await consumers_ready(connection)
        await publisher.send("account-svc.account.connected.v1", "odd-1", b"{}")
        await publisher.send("account-svc.account.connected.v1", "odd-2", b"nonsense")
        assert (await ask(one, town, account_id)).status_code == 200
