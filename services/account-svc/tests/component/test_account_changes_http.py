"""PATCH /api/v1/accounts/{id} and POST /api/v1/accounts/{id}/default."""

import pytest

ARN = "arn:aws:iam::123456789012:role/sellerport"


@pytest.fixture
def change(client, user):
    async def changed(account_id: str, tenant: str = "acme", **body):
        return await client.patch(f"/api/v1/accounts/{account_id}", headers=user(tenant), json=body)

    return changed


@pytest.fixture
def connect(client, user):
    async def connected(partner: str, region: str = "NA", marketplace: str = "US", tenant: str = "acme") -> str:
        body = {"selling_partner_id": partner, "region": region, "marketplaces": [marketplace], "refresh_token": "Atzr|planted-token"}
        answer = await client.post("/api/v1/accounts", headers=user(tenant), json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return connected


@pytest.fixture
def make_default(client, user):
    async def made(account_id: str, tenant: str = "acme"):
        return await client.post(f"/api/v1/accounts/{account_id}/default", headers=user(tenant))

    return made


def names(world) -> list[str]:
    return [type(event).__name__ for event in world.accounts.events]


async def test_a_change_is_shown_and_told_once(change, connected, client, user, world):
    answer = await change(connected["id"], name="My shop", marketplaces=["US", "MX"], role_arn=ARN, external_id="ext-1")
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["name"], shown["signing"], shown["role_arn"], shown["version"]) == ("My shop", "sigv4", ARN, 2)
    assert shown["marketplaces"] == ["ATVPDKIKX0DER", "A1AM78C64UM0Y8"]
    assert (await client.get(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))).json() == shown
    assert (await change(connected["id"], name="My shop")).json() == shown
    assert names(world) == ["AccountConnected", "AccountUpdated"]


async def test_token_svc_reads_the_new_role(change, connected, client, service):
    await change(connected["id"], role_arn=ARN, external_id="ext-1")
    path = f"/internal/v1/accounts/{connected['id']}/credentials"
    read = (await client.get(path, headers=service("token-svc", "credentials:read"))).json()
    assert (read["role_arn"], read["external_id"], read["account"]["signing"]) == (ARN, "ext-1", "sigv4")


async def test_null_takes_a_value_away_and_silence_keeps_it(change, connected):
    await change(connected["id"], name="My shop", role_arn=ARN)
    assert (await change(connected["id"])).json()["name"] == "My shop"
    answer = (await change(connected["id"], name=None, role_arn=None)).json()
    assert (answer["name"], answer["role_arn"], answer["signing"]) == (None, None, "none")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"marketplaces": None}, "invalid_request"),
        ({"signing": None}, "invalid_request"),
        ({"refresh_token": "Atzr|planted-other"}, "invalid_request"),
        ({"status": "active"}, "invalid_request"),
        ({"is_default": True}, "invalid_request"),
        ({"selling_partner_id": "A2"}, "invalid_request"),
        ({"marketplaces": ["DE"]}, "marketplace_region_mismatch"),
        ({"marketplaces": ["??"]}, "marketplace_unknown"),
        ({"name": "a\r\nb"}, "name_invalid"),
        ({"external_id": "ext-1"}, "role_missing"),
        ({"signing": "sigv4"}, "role_missing"),
    ],
)
async def test_what_cannot_be_changed_is_refused_and_nothing_is(change, connected, world, body, code):
    answer = await change(connected["id"], **body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert "planted" not in answer.text
    assert world.accounts.accounts[connected["id"]].version == 1


async def test_a_disconnected_account_signs_nothing(change, connected, client, user):
    await client.delete(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))
    answer = await change(connected["id"], role_arn=ARN)
    assert (answer.status_code, answer.json()["code"]) == (403, "amazon_not_connected")


async def test_another_tenants_account_cannot_be_changed(change, make_default, connected, world):
    for answer in (await change(connected["id"], "rival", name="Mine"), await make_default(connected["id"], "rival")):
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    assert world.accounts.accounts[connected["id"]].version == 1


async def test_one_account_is_the_default_and_the_last_one_named_is_it(connect, make_default, client, user, world):
    first, second, foreign = await connect("A1"), await connect("A2"), await connect("A1", tenant="rival")
    assert (await make_default(foreign, "rival")).json()["is_default"] is True
    assert (await make_default(first)).json()["is_default"] is True
    assert (await make_default(second)).json()["is_default"] is True
    assert (await make_default(second)).json()["version"] == 2
    listed = (await client.get("/api/v1/accounts", headers=user("acme"))).json()["items"]
    assert {account["id"]: account["is_default"] for account in listed} == {first: False, second: True}
    assert world.accounts.accounts[foreign].is_default
    assert (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()["account"]["id"] == second
    assert [event.account.id for event in world.accounts.events[3:]] == [foreign, first, first, second]


async def test_a_disconnected_account_is_not_made_the_default_and_stops_being_it(connect, make_default, client, user):
    account_id = await connect("A1")
    await make_default(account_id)
    await client.delete(f"/api/v1/accounts/{account_id}", headers=user("acme"))
    assert (await client.get(f"/api/v1/accounts/{account_id}", headers=user("acme"))).json()["is_default"] is False
    answer = await make_default(account_id)
    assert (answer.status_code, answer.json()["code"]) == (403, "amazon_not_connected")
