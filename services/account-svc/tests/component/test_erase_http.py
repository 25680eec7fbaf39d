"""DELETE /api/v1/accounts/{id}?erase=true."""

import pytest


@pytest.fixture
def erase(client, user):
    async def erased(account_id: str, tenant: str = "acme"):
        return await client.delete(f"/api/v1/accounts/{account_id}", headers=user(tenant), params={"erase": "true"})

    return erased


async def test_an_erased_account_is_gone_for_its_tenant(erase, connected, client, user):
    assert (await erase(connected["id"])).status_code == 204
    assert (await client.get("/api/v1/accounts", headers=user("acme"))).json()["items"] == []
    assert (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()["status"] == "not_connected"


async def test_an_erased_account_is_told_once_and_its_uses_stay_on_record(erase, connected, client, service, world):
    path, header = f"/internal/v1/accounts/{connected['id']}/credentials", service("token-svc", "credentials:read")
    await client.get(path, headers=header)
    await erase(connected["id"])
    for answer in (await client.get(path, headers=header), await erase(connected["id"])):
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    assert [type(event).__name__ for event in world.accounts.events] == ["AccountConnected", "AccountErased"]
    assert (world.accounts.events[1].account.version, world.accounts.events[1].account.refresh_token) == (2, None)
    assert [use.account for use in world.audit.uses] == [connected["id"]]


async def test_a_disconnected_account_can_be_erased_too(erase, connected, client, user, world):
    await client.delete(f"/api/v1/accounts/{connected['id']}", headers=user("acme"))
    assert (await erase(connected["id"])).status_code == 204
    assert [event.account.version for event in world.accounts.events] == [1, 2, 3]


async def test_another_tenants_account_is_not_erased(erase, connected, world):
    answer = await erase(connected["id"], "rival")
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    assert list(world.accounts.accounts) == [connected["id"]]


@pytest.mark.parametrize("value", ["perhaps", ""])
async def test_an_erasure_that_is_not_clearly_asked_for_changes_nothing(connected, client, user, world, value):
    answer = await client.delete(f"/api/v1/accounts/{connected['id']}", headers=user("acme"), params={"erase": value})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert world.accounts.accounts[connected["id"]].version == 1


async def test_a_seller_who_connects_again_after_erasure_is_a_new_account(erase, connected, begin, come_back, world):
    await erase(connected["id"])
    world.exchange.codes["good"] = "Atzr|planted-newer"
    await come_back(await begin())
    (account,) = world.accounts.accounts.values()
    assert account.id != connected["id"]
    assert account.version == 1
