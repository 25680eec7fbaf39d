"""sync-svc's events reach the accounts' health by way of JetStream, whenever the stream appears."""

import asyncio
import time
from datetime import UTC, datetime

from svc_kit.clock import SystemClock
from svc_kit.ids import SystemIds
from svc_kit.messaging import Event, JetStreamPublisher, NatsConnection, ensure_stream

BY_HAND = {"selling_partner_id": "A1", "region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}


async def until(check, seconds: float = 20.0):
    """Return what `check` returns once it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = await check()
        if found:
            return found
        assert time.monotonic() < deadline, "nothing happened in time"
        await asyncio.sleep(0.05)


async def test_a_run_that_ended_is_seen_in_the_accounts_health(client, user, nats_url):
    async def connect():
        answer = await client.post("/api/v1/accounts", headers=user("acme"), json=BY_HAND)
        return answer.json()["id"] if answer.is_success else None

    account_id = await until(connect)
    data = {"run_id": "r", "account_id": account_id, "dataset": "orders", "error": "access_denied", "finished_at": datetime.now(UTC)}
    event = Event.create(type="sync-svc.run.failed.v1", tenant="acme", subject="r", data=data, clock=SystemClock(), ids=SystemIds())
    async with NatsConnection.open(nats_url, "sync-svc") as connection:
        await ensure_stream(connection.jetstream(), "SYNC_EVENTS", ["sync-svc.run.completed.v1", "sync-svc.run.failed.v1"])
        for _ in range(2):
            await JetStreamPublisher(connection).publish(event)

    async def told():
        shown = (await client.get(f"/api/v1/accounts/{account_id}/health", headers=user("acme"))).json()
        return shown if shown["last_error"] else None

    shown = await until(told)
    assert (shown["status"], shown["error_count"], shown["last_error"]["code"]) == ("degraded", 1, "access_denied")
