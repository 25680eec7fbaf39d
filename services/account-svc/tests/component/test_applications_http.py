"""/api/v1/applications."""

from datetime import timedelta

import pytest

FACTS = {"name": "Second", "spapi_application_id": "amzn1.sp.solution.two", "client_id": "amzn1.client.two"}
SECRET, NEXT = "amzn1.oa2-cs.v1.planted", "amzn1.oa2-cs.v1.planted-next"
PATH = "/api/v1/applications/second"


@pytest.fixture
def operator(service):
    return service("operator", "applications:admin")


@pytest.fixture
async def second(client, operator):
    made = await client.put(PATH, headers=operator, json={**FACTS, "client_secret": SECRET})
    assert made.status_code == 201, made.text
    return made.json()


@pytest.fixture
def next_secret(client, operator, world):
    async def offered(secret: str = NEXT, days: float = 180):
        now = world.clock.now()
        body = {
            "client_secret": secret,
            "expires_at": (now + timedelta(days=days)).isoformat(),
            "current_expires_at": (now + timedelta(days=7)).isoformat(),
        }
        return await client.put(f"{PATH}/next-secret", headers=operator, json=body)

    return offered


async def secrets_of(client, service) -> tuple[str, str | None]:
    path = "/internal/v1/applications/second/credentials"
    found = (await client.get(path, headers=service("token-svc", "credentials:read"))).json()
    return found["client_secret"], found["client_secret_next"]


async def test_applications_stand_side_by_side_and_show_no_secret(client, operator, second, world):
    listed = await client.get("/api/v1/applications", headers=operator)
    assert [one["id"] for one in listed.json()["items"]] == ["default", "default-ads", "second"]
    assert "planted" not in listed.text
    assert second["redirect_uri"] == "http://door.test/api/v1/amazon/oauth/callback"
    assert second["secret_expires_at"].startswith((world.clock.now() + timedelta(days=180)).date().isoformat())
    assert (await client.get(PATH, headers=operator)).json() == second


async def test_a_change_without_a_secret_keeps_the_stored_one(client, operator, second, service):
    changed = await client.put(PATH, headers=operator, json={**FACTS, "name": "Renamed", "draft": True})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Renamed", 2)
    assert await secrets_of(client, service) == (SECRET, None)
    same = await client.put(PATH, headers=operator, json={**FACTS, "name": "Renamed", "draft": True, "client_secret": SECRET})
    assert same.json()["version"] == 2


async def test_a_next_secret_waits_is_promoted_or_dropped(client, operator, second, service, next_secret):
    offered = await next_secret()
    assert (offered.status_code, offered.json()["has_next_secret"]) == (200, True)
    assert await secrets_of(client, service) == (SECRET, NEXT)
    assert (await next_secret()).json()["version"] == offered.json()["version"]
    promoted = await client.post(f"{PATH}/next-secret/promotion", headers=operator)
    assert (promoted.status_code, promoted.json()["has_next_secret"]) == (200, False)
    assert await secrets_of(client, service) == (NEXT, None)
    again = await client.post(f"{PATH}/next-secret/promotion", headers=operator)
    assert (again.status_code, again.json()["code"]) == (409, "no_next_secret")
    await next_secret("amzn1.oa2-cs.v1.third")
    for _ in range(2):
        assert (await client.delete(f"{PATH}/next-secret", headers=operator)).status_code == 204
    assert await secrets_of(client, service) == (NEXT, None)


async def test_a_third_secret_moves_the_second_up(client, second, service, next_secret):
    await next_secret()
    await next_secret("amzn1.oa2-cs.v1.third")
    assert await secrets_of(client, service) == (NEXT, "amzn1.oa2-cs.v1.third")


async def test_each_new_secret_is_one_event_without_it(second, next_secret, world):
    for _ in range(2):
        await next_secret()
    (event,) = world.applications.events
    assert event.application.id == "second"
    assert "planted" not in repr(event)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (FACTS, "client_secret_missing"),
        ({**FACTS, "client_secret": SECRET, "redirect_uri": "nowhere"}, "redirect_uri_invalid"),
        ({**FACTS, "client_secret": SECRET, "name": ""}, "application_invalid"),
        ({**FACTS, "client_secret": SECRET, "role_arn": "x"}, "role_arn_invalid"),
        ({**FACTS, "client_secret": SECRET, "secret_expires_at": "2026-01-01T00:00:00"}, "time_invalid"),
    ],
)
async def test_what_cannot_be_an_application_is_refused(client, operator, body, code):
    refused = await client.put("/api/v1/applications/third", headers=operator, json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert "planted" not in refused.text


async def test_only_operators_with_the_scope_come_in(client, user, service, second):
    for headers in (user("acme"), service("operator", "accounts:admin"), service("token-svc", "credentials:read")):
        assert (await client.get(PATH, headers=headers)).status_code == 403


async def test_an_unknown_application_is_not_found(client, operator):
    for method, path in (("GET", "/api/v1/applications/nobody"), ("POST", "/api/v1/applications/nobody/next-secret/promotion")):
        assert (await client.request(method, path, headers=operator)).status_code == 404
