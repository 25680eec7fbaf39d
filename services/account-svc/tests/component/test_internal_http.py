"""/internal/v1, and what every endpoint does when its caller or its database is not what it should be."""

import asyncio

import pytest

READ, WRITE = "credentials:read", "credentials:write"
NOWHERE = "00000000-0000-7000-8000-00000000ffff"
BY_HAND = {"selling_partner_id": "A1", "region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}
ENDPOINTS = [
    ("GET", "/api/v1/accounts", None),
    ("POST", "/api/v1/accounts", BY_HAND),
    ("GET", f"/api/v1/accounts/{NOWHERE}", None),
    ("DELETE", f"/api/v1/accounts/{NOWHERE}", None),
    ("DELETE", f"/api/v1/accounts/{NOWHERE}?erase=true", None),
    ("PATCH", f"/api/v1/accounts/{NOWHERE}", {"name": "x"}),
    ("POST", f"/api/v1/accounts/{NOWHERE}/default", None),
    ("GET", "/api/v1/accounts/health", None),
    ("GET", f"/api/v1/accounts/{NOWHERE}/health", None),
    ("GET", "/api/v1/amazon/connection", None),
    ("DELETE", "/api/v1/amazon/connection", None),
    ("POST", "/api/v1/amazon/oauth/start", {"kind": "selling_partner", "marketplace": "US"}),
]
# Answers for each account by itself, so it is 207 whatever happens.
BATCH = ("POST", "/api/v1/accounts/batch", {"action": "sync", "account_ids": [NOWHERE]})
REFUSED = {"error": "invalid_grant", "error_description": "revoked\n\x00", "refresh_token_version": 1}
INTERNAL = [
    ("GET", f"/internal/v1/accounts/{NOWHERE}/credentials", None, READ),
    ("GET", "/internal/v1/applications/default/credentials", None, READ),
    ("PUT", f"/internal/v1/accounts/{NOWHERE}/refresh-token", {"expected_version": 1, "refresh_token": "Atzr|planted-token"}, WRITE),
    ("POST", f"/internal/v1/accounts/{NOWHERE}/authorization-failures", REFUSED, WRITE),
]


@pytest.fixture
def ask(client, service):
    async def asked(method: str, path: str, body=None, **headers: str):
        return await client.request(method, path, json=body, headers=service("token-svc", f"{READ} {WRITE}") | headers)

    return asked


@pytest.mark.parametrize("endpoint", [*ENDPOINTS, BATCH])
async def test_public_endpoints_need_a_valid_token_of_a_user(client, service, user, endpoint):
    method, path, body = endpoint
    assert (await client.request(method, path, json=body)).status_code == 401
    for header in (service("token-svc", READ), service("spapi-gateway", "accounts:admin", "acme")):
        assert (await client.request(method, path, json=body, headers=header)).status_code == 403
    wrong = user("acme", aud="elsewhere"), user("acme", tenant_id="a/b"), user("acme", iss="http://evil.test")
    for header in (*wrong, service("operator", "accounts:admin", "acme", audience="token-svc")):
        assert (await client.request(method, path, json=body, headers=header)).status_code == 401


@pytest.mark.parametrize("endpoint", INTERNAL)
async def test_internal_endpoints_are_for_the_service_with_the_scope(client, service, user, endpoint):
    method, path, body, scope = endpoint
    assert (await client.request(method, path, json=body)).status_code == 401
    other = WRITE if scope == READ else READ
    strangers = [user("acme"), service("token-svc", other), service("spapi-gateway", scope), service("operator", scope, "acme")]
    for header in strangers:
        assert (await client.request(method, path, json=body, headers=header)).status_code == 403
    assert (await client.request(method, path, json=body, headers=service("token-svc", scope))).status_code in {200, 404}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_while_the_database_is_away_users_are_asked_to_come_back(client, user, world, endpoint):
    method, path, body = endpoint
    stores = (world.accounts, world.states, world.applications)
    for store in stores:
        store.is_down = True
    # What waits between attempts is woken here: the clock moves only when told.
    task = asyncio.create_task(client.request(method, path, json=body, headers=user("acme")))
    while not task.done():
        world.clock.advance(1)
        await asyncio.sleep(0)
    answer = task.result()
    assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    for store in stores:
        store.is_down = False
    assert (await client.request(method, path, json=body, headers=user("acme"))).status_code < 500


async def test_every_reading_of_credentials_is_written_down_first(ask, connected, world):
    path = f"/internal/v1/accounts/{connected['id']}/credentials"
    await ask("GET", path, **{"x-request-id": "r-1"})
    await ask("GET", "/internal/v1/applications/default/credentials")
    assert [(use.tenant, use.account, use.caller, use.purpose) for use in world.audit.uses] == [
        ("acme", connected["id"], "token-svc", "account_credentials"),
        ("$system", None, "token-svc", "application_credentials"),
    ]
    assert world.audit.uses[0].request_id == "r-1"
    world.audit.is_down = True
    refused = await ask("GET", path)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert "planted" not in refused.text


async def test_an_applications_credentials_are_read_by_its_id(ask):
    assert (await ask("GET", "/internal/v1/applications/default/credentials")).json() == {
        "id": "default",
        "client_id": "amzn1.application-oa2-client.test",
        "client_secret": "amzn1.oa2-cs.v1.planted",
        "client_secret_next": None,
        "kind": "selling_partner",
        "role_arn": None,
    }
    unknown = await ask("GET", "/internal/v1/applications/other/credentials")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "application_not_found")


async def test_a_rotated_refresh_token_is_stored_unless_another_was_first(ask, connected, world):
    path = f"/internal/v1/accounts/{connected['id']}/refresh-token"
    first = await ask("PUT", path, {"expected_version": 1, "refresh_token": "Atzr|rotated-1"})
    assert (first.status_code, first.json()) == (200, {"refresh_token_version": 2})
    late = await ask("PUT", path, {"expected_version": 1, "refresh_token": "Atzr|rotated-2"})
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    read = (await ask("GET", f"/internal/v1/accounts/{connected['id']}/credentials")).json()
    assert (read["refresh_token"], read["refresh_token_version"]) == ("Atzr|rotated-1", 2)
    assert [type(event).__name__ for event in world.accounts.events] == ["AccountConnected", "AccountUpdated"]


async def test_a_refused_refresh_token_asks_the_seller_once(ask, client, user, connected, world):
    path = f"/internal/v1/accounts/{connected['id']}/authorization-failures"
    for _ in range(3):
        assert (await ask("POST", path, REFUSED)).status_code == 204
    assert [type(event).__name__ for event in world.accounts.events] == ["AccountConnected", "ReauthorizationBecameRequired"]
    refused = await ask("GET", f"/internal/v1/accounts/{connected['id']}/credentials")
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthorization_required")
    shown = (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()
    assert (shown["connected"], shown["status"]) == (False, "reauthorization_required")
    assert (shown["last_error"]["code"], shown["last_error"]["detail"]) == ("invalid_grant", "revoked")


@pytest.mark.parametrize("change", [{"refresh_token_version": 7}, {"error": "server_error"}])
async def test_a_failure_that_says_nothing_of_the_current_token_changes_nothing(ask, connected, world, change):
    path = f"/internal/v1/accounts/{connected['id']}/authorization-failures"
    assert (await ask("POST", path, REFUSED | change)).status_code == 204
    assert len(world.accounts.events) == 1


async def test_connecting_again_ends_the_need_and_an_answer_for_the_old_token_is_ignored(ask, begin, come_back, connected, world):
    path = f"/internal/v1/accounts/{connected['id']}/authorization-failures"
    await ask("POST", path, REFUSED)
    world.exchange.codes["good"] = "Atzr|renewed-token"
    await come_back(await begin())
    await ask("POST", path, REFUSED)
    read = (await ask("GET", f"/internal/v1/accounts/{connected['id']}/credentials")).json()
    assert (read["account"]["status"], read["account"]["version"], read["refresh_token"]) == ("active", 3, "Atzr|renewed-token")


async def test_credentials_are_not_cached_on_the_way(ask, connected):
    answer = await ask("GET", f"/internal/v1/accounts/{connected['id']}/credentials")
    assert answer.headers["cache-control"] == "no-store"
