"""An account moves to another LWA application."""

import pytest

SECOND = {"name": "Second", "spapi_application_id": "amzn1.two", "client_id": "client-two", "client_secret": "second-secret"}


@pytest.fixture
async def second(client, service):
    made = await client.put("/api/v1/applications/second", headers=service("operator", "applications:admin"), json=SECOND)
    assert made.status_code == 201


async def move(client, user, account, application):
    return await client.patch(f"/api/v1/accounts/{account['id']}", headers=user("acme"), json={"application": application})


@pytest.mark.usefixtures("second")
async def test_the_seller_must_authorise_again_which_is_told_once(client, user, service, connected, world):
    for _ in range(2):
        moved = await move(client, user, connected, "second")
        assert (moved.status_code, moved.json()["status"], moved.json()["application"]) == (200, "reauthorization_required", "second")
    assert moved.json()["last_error"]["code"] == "application_changed"
    told = [type(event).__name__ for event in world.accounts.events]
    assert told.count("ReauthorizationBecameRequired") == 1
    path = f"/internal/v1/accounts/{connected['id']}/credentials"
    refused = await client.get(path, headers=service("token-svc", "credentials:read"))
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthorization_required")


@pytest.mark.usefixtures("second")
async def test_connecting_again_through_the_other_application_ends_it(client, user, connected, begin, come_back, world):  # noqa: PLR0917 - fixtures, by name
    await move(client, user, connected, "second")
    world.exchange.codes["good"] = "Atzr|of-the-second-application"
    assert (await come_back(await begin(application="second"))).status_code == 302
    shown = (await client.get(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))).json()
    assert (shown["status"], shown["application"], shown["last_error"]) == ("active", "second", None)


async def test_the_same_application_changes_nothing(client, user, connected):
    same = await move(client, user, connected, "default")
    assert (same.json()["status"], same.json()["version"]) == ("active", connected["version"])


async def test_an_application_that_is_none_is_refused_and_nothing_changes(client, user, connected):
    refused = await move(client, user, connected, "nobody")
    assert (refused.status_code, refused.json()["code"]) == (404, "application_not_found")
    assert (await client.get(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))).json()["status"] == "active"


async def test_an_application_for_the_other_api_is_refused(client, user, connected):
    refused = await move(client, user, connected, "default-ads")
    assert (refused.status_code, refused.json()["code"]) == (400, "application_kind_mismatch")
