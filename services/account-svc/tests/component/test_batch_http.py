"""POST /api/v1/accounts/batch."""

import pytest

BY_HAND = {"region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}
NOWHERE = "00000000-0000-7000-8000-00000000ffff"


@pytest.fixture
def batch(client, user):
    async def asked(action: str, *account_ids: str, tenant: str = "acme", **more: object):
        body = {"action": action, "account_ids": list(account_ids), **more}
        return await client.post("/api/v1/accounts/batch", headers=user(tenant), json=body)

    return asked


@pytest.fixture
async def ids(client, user) -> dict[str, str]:
    """Two accounts of acme, one of a rival."""
    made = {}
    for name, tenant in (("A1", "acme"), ("A2", "acme"), ("B1", "rival")):
        answer = await client.post("/api/v1/accounts", headers=user(tenant), json=BY_HAND | {"selling_partner_id": name})
        made[name] = answer.json()["id"]
    return made


def statuses(answer) -> list[int]:
    assert answer.status_code == 207, answer.text
    return [result["status"] for result in answer.json()["results"]]


async def test_each_account_has_a_result_in_the_order_asked(batch, ids, world):
    answer = await batch("disconnect", ids["A2"], NOWHERE, ids["A1"], ids["B1"], "nope")
    assert statuses(answer) == [200, 404, 200, 404, 404]
    results = answer.json()["results"]
    assert [result["account_id"] for result in results] == [ids["A2"], NOWHERE, ids["A1"], ids["B1"], "nope"]
    assert results[0]["account"]["status"] == "disconnected"
    assert (results[0]["problem"], results[1]["account"]) == (None, None)
    unknown, foreign = results[1]["problem"], results[3]["problem"]
    assert unknown == foreign
    assert unknown["code"] == "account_not_found"
    assert world.accounts.accounts[ids["B1"]].version == 1


async def test_the_same_again_changes_nothing_more(batch, ids, world):
    for _ in range(2):
        assert statuses(await batch("disconnect", ids["A1"], ids["A2"])) == [200, 200]
        assert statuses(await batch("update", ids["A1"], ids["A2"], patch={"name": "Old shop"})) == [200, 200]
    assert len(world.accounts.events) == 3 + 2 + 2


async def test_an_account_named_twice_is_done_once(batch, ids):
    assert statuses(await batch("update", ids["A1"], ids["A1"], patch={"name": "Shop"})) == [200]


async def test_a_patch_that_fits_one_account_only_changes_that_one(batch, ids, client, user):
    body = {"region": "EU", "marketplaces": ["DE"], "refresh_token": "Atzr|planted-token", "selling_partner_id": "A3"}
    european = (await client.post("/api/v1/accounts", headers=user("acme"), json=body)).json()["id"]
    answer = await batch("update", ids["A1"], european, patch={"marketplaces": ["FR"]})
    assert statuses(answer) == [400, 200]
    assert answer.json()["results"][0]["problem"]["code"] == "marketplace_region_mismatch"


async def test_a_synchronisation_is_asked_for_of_usable_accounts_only(batch, ids, world):
    await batch("disconnect", ids["A2"])
    answer = await batch("sync", ids["A1"], ids["A2"], ids["B1"])
    assert statuses(answer) == [202, 403, 404]
    assert answer.json()["results"][1]["problem"]["code"] == "amazon_not_connected"
    assert [event.account.id for event in world.sync_requests.asked] == [ids["A1"]]


async def test_one_account_that_cannot_be_reached_stops_no_other(batch, ids, world):
    world.accounts.down_for_saves = 1
    assert statuses(await batch("disconnect", ids["A1"], ids["A2"])) == [503, 200]
    assert statuses(await batch("disconnect", ids["A1"], ids["A2"])) == [200, 200]
    world.sync_requests.is_down = True
    assert statuses(await batch("sync", ids["A1"])) == [403]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action": "disconnect", "account_ids": []}, "account_ids_invalid"),
        ({"action": "disconnect", "account_ids": [NOWHERE] * 101}, "account_ids_invalid"),
        ({"action": "erase", "account_ids": [NOWHERE]}, "invalid_request"),
        ({"action": "disconnect", "account_ids": NOWHERE}, "invalid_request"),
        ({"action": "disconnect", "account_ids": [7]}, "invalid_request"),
        ({"action": "disconnect"}, "invalid_request"),
        ({"action": "disconnect", "account_ids": [NOWHERE], "tenant": "rival"}, "invalid_request"),
        ({"action": "disconnect", "account_ids": [NOWHERE], "patch": {"name": "x"}}, "patch_invalid"),
        ({"action": "update", "account_ids": [NOWHERE]}, "patch_invalid"),
        ({"action": "update", "account_ids": [NOWHERE], "patch": {"refresh_token": "planted"}}, "invalid_request"),
    ],
)
async def test_a_batch_that_makes_no_sense_is_refused_as_a_whole(client, user, body, code):
    answer = await client.post("/api/v1/accounts/batch", headers=user("acme"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert "planted" not in answer.text
