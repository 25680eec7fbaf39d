"""/api/v1/accounts and /api/v1/amazon/connection."""

import pytest

BODY = {
    "kind": "selling_partner",
    "selling_partner_id": "A1SELLER",
    "region": "EU",
    "marketplaces": ["DE", "A13V1IB3VIYZZH", "DE"],
    "refresh_token": "Atzr|planted-by-hand",
    "role_arn": "arn:aws:iam::123456789012:role/sellerport",
    "external_id": "external-1",
}


async def test_an_account_connected_by_hand_is_ready_to_use(client, user, service):
    answer = await client.post("/api/v1/accounts", headers=user("acme"), json=BODY)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["marketplaces"], made["signing"], made["status"]) == (["A1PA6795UKMFR9", "A13V1IB3VIYZZH"], "sigv4", "active")
    path = f"/internal/v1/accounts/{made['id']}/credentials"
    read = (await client.get(path, headers=service("token-svc", "credentials:read"))).json()
    assert (read["refresh_token"], read["role_arn"], read["external_id"]) == (BODY["refresh_token"], BODY["role_arn"], "external-1")
    assert read["account"] == {key: made[key] for key in read["account"]}


async def test_the_same_seller_again_renews_the_account_there_is(client, user):
    first = (await client.post("/api/v1/accounts", headers=user("acme"), json=BODY)).json()
    again = await client.post("/api/v1/accounts", headers=user("acme"), json=BODY | {"signing": "none", "refresh_token": "Atzr|newer-one"})
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["version"], again.json()["signing"]) == (first["id"], 2, "none")


async def test_an_operator_connects_for_the_tenant_its_token_names(client, user, service):
    answer = await client.post("/api/v1/accounts", headers=service("operator", "accounts:admin", "harbor"), json=BODY)
    assert answer.json()["tenant"] == "harbor"
    assert (await client.get("/api/v1/accounts", headers=user("harbor"))).json()["items"][0]["id"] == answer.json()["id"]
    assert (await client.post("/api/v1/accounts", headers=service("operator", "accounts:admin"), json=BODY)).status_code == 403
    assert (await client.post("/api/v1/accounts", headers=service("operator", "", "harbor"), json=BODY)).status_code == 403
    odd = await client.post("/api/v1/accounts", headers=service("operator", "accounts:admin", "$system"), json=BODY)
    assert (odd.status_code, odd.json()["code"]) == (400, "tenant_invalid")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"region": "XX"}, "invalid_request"),
        ({"kind": "shop"}, "invalid_request"),
        ({"selling_partner_id": None}, "selling_partner_id_invalid"),
        ({"lwa_secret": "x"}, "invalid_request"),
        ({"marketplaces": []}, "marketplaces_missing"),
        ({"marketplaces": ["US"]}, "marketplace_region_mismatch"),
        ({"marketplaces": ["??"]}, "marketplace_unknown"),
        ({"selling_partner_id": "a b"}, "selling_partner_id_invalid"),
        ({"refresh_token": "planted with blanks"}, "refresh_token_invalid"),
        ({"refresh_token": ""}, "refresh_token_invalid"),
        ({"role_arn": "role"}, "role_arn_invalid"),
        ({"external_id": "x"}, "external_id_invalid"),
        ({"role_arn": None}, "role_missing"),
        ({"role_arn": None, "external_id": None, "signing": "sigv4"}, "role_missing"),
        ({"name": "a\x00b"}, "name_invalid"),
    ],
)
async def test_what_cannot_be_used_is_refused_and_never_quoted(client, user, world, change, code):
    answer = await client.post("/api/v1/accounts", headers=user("acme"), json=BODY | change)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert "planted" not in answer.text
    assert world.accounts.accounts == {}


async def test_pages_follow_each_other_and_filters_hold(client, user):
    for number in range(5):
        region, marketplace = ("NA", "US") if number % 2 else ("EU", "DE")
        body = BODY | {"selling_partner_id": f"A{number}SELLER", "region": region, "marketplaces": [marketplace]}
        await client.post("/api/v1/accounts", headers=user("acme"), json=body)
    seen, query = [], {"limit": 2}
    while True:
        page = (await client.get("/api/v1/accounts", headers=user("acme"), params=query)).json()
        seen += [account["selling_partner_id"] for account in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"A{number}SELLER" for number in range(5)]
    for wanted, count in (
        ({"marketplace": "US"}, 2),
        ({"status": "disconnected"}, 0),
        ({"kind": "selling_partner", "status": "active"}, 5),
    ):
        assert len((await client.get("/api/v1/accounts", headers=user("acme"), params=wanted)).json()["items"]) == count


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 0}, "limit_invalid"),
        ({"limit": 101}, "limit_invalid"),
        ({"limit": "many"}, "invalid_request"),
        ({"cursor": "%%%"}, "cursor_invalid"),
        ({"cursor": "AAAA"}, "cursor_invalid"),
        ({"status": "odd"}, "invalid_request"),
        ({"kind": "odd"}, "invalid_request"),
        ({"marketplace": "odd"}, "marketplace_unknown"),
    ],
)
async def test_a_list_that_cannot_be_made_is_refused(client, user, query, code):
    answer = await client.get("/api/v1/accounts", headers=user("acme"), params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("account_id", ["nope", "../x", "%00", "00000000-0000-7000-8000-000000000000", "A" * 500])
async def test_an_account_that_is_not_there_is_not_found(client, user, account_id):
    for method in ("GET", "DELETE"):
        answer = await client.request(method, f"/api/v1/accounts/{account_id}", headers=user("acme"))
        assert (answer.status_code, answer.json()["code"]) in {(404, "account_not_found"), (404, "not_found")}


async def test_a_tenant_without_accounts_is_not_connected(client, user):
    answer = (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()
    assert answer == {
        "connected": False,
        "status": "not_connected",
        "account": None,
        "connected_since": None,
        "marketplaces": [],
        "last_error": None,
    }


async def test_disconnecting_ends_the_connection_once(client, user, connected, world):
    for _ in range(2):
        assert (await client.delete("/api/v1/amazon/connection", headers=user("acme"))).status_code == 204
    answer = (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()
    assert (answer["connected"], answer["status"], answer["account"]["has_refresh_token"]) == (False, "disconnected", False)
    assert [type(event).__name__ for event in world.accounts.events] == ["AccountConnected", "AccountDisconnected"]


async def test_no_tenant_touches_anothers_account_by_any_endpoint(client, user, connected):
    path = f"/api/v1/accounts/{connected['id']}"
    rival = user("rival")
    assert (await client.get(path, headers=rival)).status_code == 404
    assert (await client.delete(path, headers=rival)).status_code == 404
    assert (await client.delete("/api/v1/amazon/connection", headers=rival)).status_code == 204
    assert (await client.get("/api/v1/accounts", headers=rival)).json()["items"] == []
    assert (await client.get("/api/v1/amazon/connection", headers=rival)).json()["connected"] is False
    assert (await client.get(path, headers=user("acme"))).json() == connected
