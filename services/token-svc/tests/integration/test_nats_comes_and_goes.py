"""Tokens keep flowing while NATS is away, and all is as before when it is back."""

import asyncio
import hashlib
from dataclasses import replace

import pytest

from sellerport_stack.processes import Process
from sellerport_stack.servers import nats
from sellerport_stack.servers.ports import free_port


@pytest.fixture
def own_nats(scratch):
    """A NATS server that this test may stop and start."""
    port = free_port()
    spec = nats.spec(port=port, store=scratch / f"own-nats-{port}", log=scratch / f"own-nats-{port}.log")
    process = Process(spec)
    process.start()
    process.wait_ready()
    yield process, nats.url(port), lambda: Process(spec)
    process.kill()


async def ask(client, town, account_id, **more):
    headers = town.identities.bearer("spapi-gateway", "tokens:issue")
    response = await client.post("/v1/tokens", json={"account_id": account_id, **more}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()["token"]


async def ready(client, status, seconds=60):
    async with asyncio.timeout(seconds):
        while (await client.get("/health/ready")).json()["status"] != status:
            await asyncio.sleep(0.05)


async def test_tokens_flow_without_nats_and_single_flight_returns_with_it(own_nats, town, make_credentials):
    process, url, again = own_nats
    town = replace(town, nats_url=url)
    cached, cached_seller = town.seller(make_credentials)
    fresh, fresh_seller = town.seller(make_credentials)
    late, late_seller = town.seller(make_credentials)
    async with town.replica("one") as one, town.replica("two") as two:
        await ready(one, "ok")
        token = await ask(one, town, cached)
        process.stop()
        await ready(one, "degraded")
        await ready(two, "degraded")
        assert await ask(one, town, cached) == token
        await asyncio.gather(*(ask(one, town, fresh) for _ in range(100)))
        assert len(town.amazon.lwa_calls(fresh_seller)) == 1
        assert "single_flight_degraded" in town.journal.events("warning")

        revived = again()
        revived.start()
        try:
            revived.wait_ready()
            await ready(one, "ok")
            await ready(two, "ok")
            assert await ask(two, town, cached) == token  # the bucket is on disk
            tokens = await asyncio.gather(*(ask(client, town, late) for client in (one, two) for _ in range(50)))
            assert len(set(tokens)) == 1
            assert len(town.amazon.lwa_calls(late_seller)) == 1
            assert len(town.amazon.lwa_calls(cached_seller)) == 1
        finally:
            revived.stop()


async def test_without_nats_a_token_that_was_known_is_replaced_once_and_remembered(own_nats, town, make_credentials):
    process, url, _ = own_nats
    town = replace(town, nats_url=url)
    account_id, seller = town.seller(make_credentials)
    async with town.replica("one") as one:
        await ready(one, "ok")
        old = await ask(one, town, account_id)
        process.stop()
        await ready(one, "degraded")
        refused = hashlib.sha256(old.encode()).hexdigest()
        tokens = {await ask(one, town, account_id, rejected_token_sha256=refused) for _ in range(3)}
        assert len(tokens) == 1
        assert old not in tokens
        assert await ask(one, town, account_id) in tokens
    assert len(town.amazon.lwa_calls(seller)) == 2


async def test_the_service_starts_without_nats(town, make_credentials, free_url):
    town = replace(town, nats_url=free_url.replace("http", "nats"))
    account_id, seller = town.seller(make_credentials)
    async with town.replica() as client:
        assert (await client.get("/health/ready")).json()["status"] == "degraded"
        await ask(client, town, account_id)
    assert len(town.amazon.lwa_calls(seller)) == 1
