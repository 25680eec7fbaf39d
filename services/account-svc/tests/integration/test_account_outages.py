"""PostgreSQL and NATS go away and come back; nothing is lost and nobody restarts anything."""

import asyncio
import time

import nats
import pytest

BY_HAND = {"selling_partner_id": "A1", "region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}


async def until(check, seconds: float = 60.0):
    """Return what `check` returns once it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = await check()
        if found:
            return found
        assert time.monotonic() < deadline, "nothing happened in time"
        await asyncio.sleep(0.05)


@pytest.fixture
def connect(wired, user):
    """Connect a seller by hand, waiting until the service can; returns the account's id."""

    async def connected(partner: str) -> str:
        async def attempt():
            answer = await wired.post("/api/v1/accounts", headers=user("acme"), json=BY_HAND | {"selling_partner_id": partner})
            return answer.json()["id"] if answer.is_success else None

        return await until(attempt)

    return connected


@pytest.fixture
async def js(nats_url):
    connection = await nats.connect(nats_url)
    yield connection.jetstream()
    await connection.close()


@pytest.fixture
def arrived(js):
    """Return, once it is so, how often the stream holds the event of the account's connection."""

    async def arrival(account_id: str) -> int:
        async def look():
            try:
                subscription = await js.subscribe("account-svc.account.connected.v1", ordered_consumer=True)
            except nats.js.errors.NotFoundError:
                return 0
            found = 0
            try:
                while True:
                    message = await subscription.next_msg(timeout=0.5)
                    found += f'"subject":"{account_id}"'.encode() in message.data  # others leave odd messages here
            except nats.errors.TimeoutError:
                return found
            finally:
                await subscription.unsubscribe()

        return await until(look)

    return arrival


async def test_while_nats_is_away_sellers_connect_and_the_events_follow(connect, arrived, wired, nats_cable):
    first = await connect("A1")
    assert await arrived(first) == 1
    await nats_cable.cut()
    second = await connect("A2")
    ready = await wired.get("/health/ready")
    assert ready.status_code == 200
    await nats_cable.mend()
    assert await arrived(second) == 1


async def test_a_stream_that_was_lost_is_made_again_and_the_event_arrives(connect, arrived, js):
    await arrived(await connect("A1"))
    await js.delete_stream("ACCOUNT_EVENTS")
    assert await arrived(await connect("A2")) == 1


async def test_while_postgresql_is_away_callers_get_503_and_then_are_served_again(connect, wired, user, service, database_cable):
    account_id = await connect("A1")
    await database_cable.cut()
    asked = [
        ("GET", "/api/v1/accounts", user("acme"), None),
        ("GET", f"/api/v1/accounts/{account_id}", user("acme"), None),
        ("DELETE", f"/api/v1/accounts/{account_id}", user("acme"), None),
        ("GET", "/api/v1/amazon/connection", user("acme"), None),
        ("POST", "/api/v1/amazon/oauth/start", user("acme"), {"kind": "selling_partner", "marketplace": "US"}),
        ("GET", f"/internal/v1/accounts/{account_id}/credentials", service("token-svc", "credentials:read"), None),
    ]
    for method, path, header, body in asked:
        answer = await wired.request(method, path, headers=header, json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable"), path
        assert int(answer.headers["retry-after"]) >= 1
    assert (await wired.get("/health/ready")).status_code == 503
    await database_cable.mend()

    async def served():
        return (await wired.get(f"/api/v1/accounts/{account_id}", headers=user("acme"))).status_code == 200

    await until(served)
    assert (await wired.get("/health/ready")).status_code == 200


async def test_the_relay_goes_on_after_postgresql_comes_back(connect, arrived, database_cable):
    await arrived(await connect("A1"))
    await database_cable.cut()
    await database_cable.mend()
    assert await arrived(await connect("A2")) == 1
