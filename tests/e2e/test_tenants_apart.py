"""Seller A never sees anything of seller B, at any door, by any id."""

from typing import Any

import pytest

from harness.world import Person, Seller, World

OWN_PATH = "orders/v0/orders"


@pytest.fixture
async def two(world: World) -> tuple[Person, dict[str, Any], Person, dict[str, Any], Seller]:
    """A and B, both connected; B synced, so that there is something to see."""
    a, b = await world.person(), await world.person()
    seller_a, seller_b = await world.seller(orders=1, skus=1), await world.seller(orders=7, skus=4)
    account_a, account_b = await world.connect_by_hand(a, seller_a), await world.connect_by_hand(b, seller_b)
    await world.synced(a, seller_a)
    await world.synced(b, seller_b)
    return a, account_a, b, account_b, seller_b


async def test_ids_of_others_do_not_exist(world: World, two: Any) -> None:
    a, _, _, account_b, seller_b = two
    mark = await world.simulator.mark()
    foreign = account_b["id"]

    asked = {
        f"{method} {path}": await a.api.request(method, path)
        for method, path in (
            ("GET", f"/api/v1/accounts/{foreign}"),
            ("DELETE", f"/api/v1/accounts/{foreign}"),
            ("GET", f"/v1/accounts/{foreign}/test"),
            ("GET", f"/v1/accounts/{foreign}/spapi/sellers/v1/marketplaceParticipations"),
            ("GET", f"/v1/accounts/{foreign}/spapi/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER"),
        )
    }

    assert {call: answer.status_code for call, answer in asked.items() if answer.status_code not in {403, 404}} == {}
    assert all(answer.headers["content-type"].startswith("application/problem+json") for answer in asked.values())
    assert all(seller_b.id not in answer.text for answer in asked.values())
    assert (
        await world.simulator.ledger(selling_partner_id=seller_b.id, kind="spapi", since=mark, operation="getMarketplaceParticipations")
        == []
    )


async def test_a_foreign_id_and_an_unknown_one_get_the_same_answer(two: Any) -> None:
    a, _, _, account_b, _ = two

    foreign = await a.api.get(f"/api/v1/accounts/{account_b['id']}")
    unknown = await a.api.get("/api/v1/accounts/0197a1b2-0000-7000-8000-000000000000")

    assert (foreign.status_code, foreign.json()["code"]) == (unknown.status_code, unknown.json()["code"])


async def test_lists_and_figures_hold_only_ones_own(world: World, two: Any) -> None:
    a, account_a, _, account_b, seller_b = two

    accounts = await world.accounts(a)
    status = (await world.dashboard(a, "setup-status"))["integrations"]["amazon"]
    seen = [
        (await a.api.get(path)).text
        for path in (
            "/api/v1/accounts",
            "/api/v1/amazon/connection",
            "/api/v1/dashboard/amazon-orders",
            "/api/v1/dashboard/amazon-inventory",
            "/api/v1/dashboard/amazon-inventory/items",
            "/api/v1/sync/runs",
        )
    ]

    assert [account["id"] for account in accounts] == [account_a["id"]]
    assert (status["orderCount"], status["inventoryCount"]) == (1, 1)
    assert all(secret not in text for text in seen for secret in (account_b["id"], seller_b.id))


async def test_a_sellerport_token_opens_only_the_account_it_was_made_for(world: World, two: Any) -> None:
    _, account_a, _, account_b, seller_b = two
    handle = await _handle(world, account_a["id"])
    token = (await _exchange(world, handle)).json()["access_token"]
    mark = await world.simulator.mark()

    drop_in = await world.http.get(
        f"{world.backend.addresses.spapi_gateway}/sellers/v1/marketplaceParticipations", headers={"x-amz-access-token": token}
    )
    explicit = await world.http.get(
        f"{world.backend.addresses.spapi_gateway}/v1/accounts/{account_b['id']}/spapi/sellers/v1/marketplaceParticipations",
        headers={"authorization": f"Bearer {token}", "x-amz-access-token": token},
    )

    assert drop_in.status_code == 200, drop_in.text
    assert explicit.status_code in {401, 403, 404}
    mine = await world.simulator.ledger(kind="spapi", since=mark, operation="getMarketplaceParticipations")
    assert seller_b.id not in {entry.get("selling_partner_id") for entry in mine}


async def test_a_handle_works_only_for_the_client_it_was_made_for(world: World, two: Any) -> None:
    _, account_a, *_ = two
    handle = await _handle(world, account_a["id"])

    stranger = await _exchange(world, handle, client_id="somebody-else")
    tampered = await _exchange(world, handle[:-4] + ("AAAA" if not handle.endswith("AAAA") else "BBBB"))

    assert stranger.status_code == 401
    assert stranger.json()["error"] == "invalid_client"
    assert tampered.status_code == 400
    assert tampered.json()["error"] == "invalid_grant"


async def _handle(world: World, account_id: str) -> str:
    answer = await world.http.post(
        f"{world.backend.addresses.token_svc}/v1/handles",
        json={"account_id": account_id, "client_id": world.backend.sdk.client_id},
        headers=world.operator("token-svc", "handles:issue"),
    )
    assert answer.is_success, answer.text
    return str(answer.json()["handle"])


async def _exchange(world: World, handle: str, **other: str) -> Any:
    form = {
        "grant_type": "refresh_token",
        "client_id": world.backend.sdk.client_id,
        "client_secret": world.backend.sdk.client_secret,
        "refresh_token": handle,
        **other,
    }
    return await world.http.post(f"{world.backend.addresses.token_svc}/auth/o2/token", data=form)
