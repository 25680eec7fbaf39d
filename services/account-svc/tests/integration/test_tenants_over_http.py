"""Every endpoint there is, called by one tenant with another's ids: the answers are those for ids that nobody has."""

import asyncio
import json
import re
import uuid

import pytest

from account_svc.adapters.inbound.http.api import build_api
from account_svc.adapters.outbound.postgres.migrate import migrate

BY_HAND = {"region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token", "name": "Canary of acme"}
# Each endpoint stands in one of these; a body goes with it where one is needed, in which `$id` becomes the other tenant's account.
OF_AN_ACCOUNT = {
    "GET /api/v1/accounts/{account_id:str}": None,
    "PATCH /api/v1/accounts/{account_id:str}": {"name": "taken over"},
    "DELETE /api/v1/accounts/{account_id:str}": None,
    "POST /api/v1/accounts/{account_id:str}/default": None,
    "GET /api/v1/accounts/{account_id:str}/health": None,
}
OF_ACCOUNTS_IN_THE_BODY = {"POST /api/v1/accounts/batch": {"action": "disconnect", "account_ids": ["$id"]}}
OF_THE_TENANT = {
    "GET /api/v1/accounts": None,
    "POST /api/v1/accounts": BY_HAND | {"selling_partner_id": "A1ACME", "name": "of rival"},
    "GET /api/v1/accounts/health": None,
    "GET /api/v1/ads/accounts": None,
    "POST /api/v1/ads/accounts": {"name": "of rival", "country": "US", "seller_central_account": "A1ACME"},
    "POST /api/v1/ads/terms": {"country": "US"},
    "GET /api/v1/ads/profiles": None,
    "GET /api/v1/ads/profiles/{profile_id:str}": None,
    "GET /api/v1/ads/dsp-advertisers": None,
    "GET /api/v1/amazon/connection": None,
    "DELETE /api/v1/amazon/connection": None,
    "POST /api/v1/amazon/oauth/login": {},
    "POST /api/v1/amazon/oauth/start": {"kind": "selling_partner", "marketplace": "US"},
}
FOR_SERVICES = {
    "GET /internal/v1/accounts/{account_id:str}/credentials": None,
    "PUT /internal/v1/accounts/{account_id:str}/refresh-token": {"expected_version": 1, "refresh_token": "Atzr|mine"},
    "POST /internal/v1/accounts/{account_id:str}/authorization-failures": {"error": "invalid_grant", "refresh_token_version": 1},
    "POST /internal/v1/accounts/{account_id:str}/refresh-leases": {"refresh_token_version": 1},
    "DELETE /internal/v1/accounts/{account_id:str}/refresh-leases/{lease_id:str}": None,
    "GET /internal/v1/applications/{application_id:str}/credentials": None,
    "GET /api/v1/applications": None,
    "GET /api/v1/applications/{application_id:str}": None,
    "PUT /api/v1/applications/{application_id:str}": {},
    "PUT /api/v1/applications/{application_id:str}/next-secret": {},
    "DELETE /api/v1/applications/{application_id:str}/next-secret": None,
    "POST /api/v1/applications/{application_id:str}/next-secret/promotion": None,
}
# Health and figures name no tenant; the callback's tenant is that of the state, which only the browser that began can use up.
OF_NOBODY = {
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /api/v1/amazon/oauth/callback",
    "GET /api/v1/amazon/oauth/login",
}


def endpoints() -> set[str]:
    return {
        f"{method} {route.path}"
        for route in build_api().routes
        for method in getattr(route, "methods", ())
        if method != "OPTIONS" and not route.path.startswith("/schema")
    }


@pytest.fixture(scope="module")
async def database_urls(database_factory):
    """One migrated database for all tests here."""
    urls = database_factory(owner="account_owner", app="account_app")
    await migrate(urls.owner_url, "account_app")
    return urls


@pytest.fixture(scope="module")
def kek_file(tmp_path_factory):
    return tmp_path_factory.mktemp("keys") / "kek.json"


@pytest.fixture
def environment(environment, kek_file):
    return {**environment, "KEK_FILE": str(kek_file)}


@pytest.fixture
async def acme(client, user):
    """The id of acme's account."""
    body = BY_HAND | {"selling_partner_id": "A1ACME"}
    async with asyncio.timeout(20):
        while (made := await client.post("/api/v1/accounts", headers=user("acme"), json=body)).status_code == 409:
            await asyncio.sleep(0.05)  # until the default application is registered
    return made.json()["id"]


async def call(client, endpoint, body, account_id, headers):
    method, path = endpoint.split(" ", 1)
    path = re.sub(r"\{account_id:str\}", account_id, path).replace("{application_id:str}", "default").replace("{lease_id:str}", "l")
    filled = json.loads(json.dumps(body).replace("$id", account_id))
    return await client.request(method, path, json=filled, headers=headers)


def same_for_all(answer):
    """The answer without what differs from call to call."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request_id"}


def test_every_endpoint_is_listed_here():
    listed = {*OF_AN_ACCOUNT, *OF_ACCOUNTS_IN_THE_BODY, *OF_THE_TENANT, *FOR_SERVICES, *OF_NOBODY}
    assert endpoints() - listed == set(), "say at the top of this file what another tenant may make of the new endpoint"
    assert listed - endpoints() == set(), "these are gone: take them out at the top of this file"


@pytest.mark.parametrize("endpoint", OF_AN_ACCOUNT)
async def test_anothers_account_answers_like_one_that_nobody_has(client, user, acme, endpoint):
    before = (await client.get(f"/api/v1/accounts/{acme}", headers=user("acme"))).json()
    theirs = await call(client, endpoint, OF_AN_ACCOUNT[endpoint], acme, user("rival"))
    nobodys = await call(client, endpoint, OF_AN_ACCOUNT[endpoint], str(uuid.uuid4()), user("rival"))
    assert same_for_all(theirs) == same_for_all(nobodys)
    assert theirs.status_code == 404
    assert (await client.get(f"/api/v1/accounts/{acme}", headers=user("acme"))).json() == before


@pytest.mark.parametrize("endpoint", OF_ACCOUNTS_IN_THE_BODY)
async def test_anothers_account_in_a_list_answers_like_one_that_nobody_has(client, user, acme, endpoint):
    before = (await client.get(f"/api/v1/accounts/{acme}", headers=user("acme"))).json()
    nobody = str(uuid.uuid4())
    theirs = await call(client, endpoint, OF_ACCOUNTS_IN_THE_BODY[endpoint], acme, user("rival"))
    nobodys = await call(client, endpoint, OF_ACCOUNTS_IN_THE_BODY[endpoint], nobody, user("rival"))
    texts = [re.sub(r'"request_id":"[^"]*"', "", answer.text) for answer in (theirs, nobodys)]
    assert texts[0].replace(acme, "$id") == texts[1].replace(nobody, "$id")
    assert (await client.get(f"/api/v1/accounts/{acme}", headers=user("acme"))).json() == before


@pytest.mark.parametrize("endpoint", OF_THE_TENANT)
async def test_what_a_tenant_asks_and_does_concerns_nobody_else(client, user, acme, endpoint):
    before = (await client.get(f"/api/v1/accounts/{acme}", headers=user("acme"))).json()
    answer = await call(client, endpoint, OF_THE_TENANT[endpoint], acme, user("rival"))
    assert answer.status_code < 500, answer.text
    assert acme not in answer.text
    assert "Canary of acme" not in answer.text
    assert (await client.get(f"/api/v1/accounts/{acme}", headers=user("acme"))).json() == before


@pytest.mark.parametrize("endpoint", FOR_SERVICES)
@pytest.mark.parametrize("tenant", ["acme", "rival"])
async def test_users_have_no_way_to_what_is_for_services(client, user, acme, endpoint, tenant):
    answer = await call(client, endpoint, FOR_SERVICES[endpoint], acme, user(tenant))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_cursor_of_another_tenant_opens_nothing(client, user, acme):
    made = [await client.post("/api/v1/accounts", headers=user("acme"), json=BY_HAND | {"selling_partner_id": f"A{n}"}) for n in range(3)]
    assert {answer.status_code for answer in made} == {201}
    page = (await client.get("/api/v1/accounts?limit=1", headers=user("acme"))).json()
    cursor = next(value for name, value in page.items() if "cursor" in name)
    assert cursor
    answer = await client.get("/api/v1/accounts", params={"cursor": cursor}, headers=user("stranger"))
    assert answer.json()["items"] == []


async def test_requests_that_are_cancelled_leave_no_tenant_behind(client, user, acme):
    """At every point where a request may stand still, on the connections that the next caller gets."""
    for steps in range(0, 120, 3):
        task = asyncio.create_task(client.get("/api/v1/accounts", headers=user("acme")))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        listed = await client.get("/api/v1/accounts", headers=user("stranger"))
        assert listed.json()["items"] == []
