"""The story of one seller over HTTP, with PostgreSQL and NATS."""

import asyncio
import json
import time
from urllib.parse import parse_qs, urlsplit

import asyncpg
import nats
import pytest
from sqlalchemy.engine import make_url

TOKEN = "Atzr|IwEBIA-planted-refresh-token"


async def eventually(check, seconds: float = 60.0):
    """Return what `check` returns once it is true; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = await check()
        if found:
            return found
        assert time.monotonic() < deadline, "nothing happened in time"
        await asyncio.sleep(0.05)


async def started(client, header, **body) -> str:
    """Begin to connect and return the state; the client keeps the cookie."""

    async def begin():
        answer = await client.post(
            "/api/v1/amazon/oauth/start", headers=header, json={"kind": "selling_partner", "marketplace": "US", **body}
        )
        return answer if answer.status_code == 200 else None

    answer = await eventually(begin)
    return parse_qs(urlsplit(answer.json()["authorization_url"]).query)["state"][0]


async def returned(client, state: str, code: str, partner: str = "A1SELLER", **headers):
    query = {"state": state, "spapi_oauth_code": code, "selling_partner_id": partner}
    return await client.get("/api/v1/amazon/oauth/callback", params=query, headers=headers, follow_redirects=False)


@pytest.fixture
async def connected(client, user, surroundings) -> dict:
    surroundings.codes["good"] = TOKEN
    state = await started(client, user("acme"), return_to="/settings")
    answer = await returned(client, state, "good")
    assert answer.headers["location"] == "http://page.test/settings?amazon_connected=true"
    return (await client.get("/api/v1/accounts", headers=user("acme"))).json()["items"][0]


async def test_a_connected_account_is_listed_shown_and_handed_to_token_svc_only(client, user, service, connected, surroundings):
    authorization, body = surroundings.asked[0]
    assert authorization.startswith("Bearer ")
    assert body == {
        "application": "default",
        "code": "good",
        "redirect_uri": "http://door.test/api/v1/amazon/oauth/callback",
        "region": "NA",
    }
    assert connected["status"] == "active"
    assert connected["has_refresh_token"] is True
    shown = await client.get(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))
    assert shown.json() == connected
    status = (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()
    assert status["connected"] is True
    assert status["marketplaces"] == ["ATVPDKIKX0DER"]
    path = f"/internal/v1/accounts/{connected['id']}/credentials"
    secrets = (await client.get(path, headers=service("token-svc", "credentials:read"))).json()
    assert secrets["refresh_token"] == TOKEN
    assert secrets["application"] == {
        "id": "default",
        "client_id": "amzn1.application-oa2-client.test",
        "client_secret": "amzn1.oa2-cs.v1.planted",
        "client_secret_next": None,
        "kind": "selling_partner",
    }
    assert (await client.get(path, headers=user("acme"))).status_code == 403
    assert (await client.get(path, headers=service("operator", "accounts:admin"))).status_code == 403
    assert (await client.get(path)).status_code == 401


async def test_a_disconnected_account_keeps_its_row_and_loses_its_secrets(client, user, service, connected, surroundings):
    path = f"/api/v1/accounts/{connected['id']}"
    assert (await client.delete(path, headers=user("acme"))).status_code == 204
    shown = (await client.get(path, headers=user("acme"))).json()
    assert (shown["status"], shown["has_refresh_token"]) == ("disconnected", False)
    refused = await client.get(f"/internal/v1/accounts/{connected['id']}/credentials", headers=service("token-svc", "credentials:read"))
    assert (refused.status_code, refused.json()["code"]) == (403, "amazon_not_connected")
    surroundings.codes["again"] = TOKEN
    await returned(client, await started(client, user("acme"), marketplace="CA"), "again")
    back = (await client.get(path, headers=user("acme"))).json()
    assert (back["status"], back["version"]) == ("active", 3)
    assert back["marketplaces"] == ["ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"]


async def test_each_change_reaches_the_stream_once_and_in_order(client, user, connected, nats_url):
    await client.delete(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))
    connection = await nats.connect(nats_url)
    try:
        js = connection.jetstream()

        async def relayed():
            try:
                info = await js.stream_info("ACCOUNT_EVENTS", subjects_filter="account-svc.account.disconnected.v1")
            except nats.js.errors.NotFoundError:
                return None
            return (info.state.subjects or {}).get("account-svc.account.disconnected.v1")

        await eventually(relayed)
        subscription = await js.subscribe("account-svc.account.>", ordered_consumer=True)
        seen = []
        while not seen or seen[-1][0] != "account-svc.account.disconnected.v1" or seen[-1][1] != connected["id"]:
            message = await subscription.next_msg(timeout=60)
            if connected["id"].encode() not in message.data:
                continue  # other tests say things of their own, and nonsense, on the server they share
            event = json.loads(message.data)
            if event["subject"] == connected["id"]:
                seen.append(
                    (event["type"], event["subject"], event["data"]["account"]["version"], message.headers["Nats-Msg-Id"] == event["id"])
                )
        assert seen == [
            ("account-svc.account.connected.v1", connected["id"], 1, True),
            ("account-svc.account.disconnected.v1", connected["id"], 2, True),
        ]
    finally:
        await connection.close()


async def test_nothing_that_leaves_or_is_stored_shows_the_secrets(client, user, connected, database_urls, postgres_server):
    database = make_url(database_urls.owner_url).database
    superuser = await asyncpg.connect(
        make_url(postgres_server.url()).set(database=database, drivername="postgresql").render_as_string(False)
    )
    try:
        stored = ""
        for table in ("accounts", "applications", "oauth_states", "credential_uses", "data_keys", "outbox"):
            rows = await superuser.fetch(f"SELECT * FROM {table}")  # noqa: S608 - the names above
            stored += "".join(str(bytes(value) if isinstance(value, bytes | memoryview) else value) for row in rows for value in row)
    finally:
        await superuser.close()
    paths = ("/api/v1/accounts", f"/api/v1/accounts/{connected['id']}", "/api/v1/amazon/connection")
    shown = "".join([(await client.get(path, headers=user("acme"))).text for path in paths])
    assert connected["id"] in stored
    assert connected["id"] in shown
    assert TOKEN not in stored + shown
    assert "amzn1.oa2-cs" not in stored + shown


async def test_of_two_callbacks_at_once_one_connects_and_the_code_is_exchanged_once(client, user, surroundings):
    surroundings.codes["good"] = TOKEN
    state = await started(client, user("acme"))
    answers = await asyncio.gather(*(returned(client, state, "good") for _ in range(6)))
    outcomes = sorted(urlsplit(answer.headers["location"]).query for answer in answers)
    assert outcomes == ["amazon_connected=true"] + ["amazon_error=state_invalid"] * 5
    assert len(surroundings.asked) == 1
    (account,) = (await client.get("/api/v1/accounts", headers=user("acme"))).json()["items"]
    assert account["version"] == 1
