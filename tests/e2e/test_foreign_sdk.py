"""A client that does not know us: python-amazon-sp-api, told nothing but another endpoint and another token URL."""

import asyncio
import ssl
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from sp_api.api import Inventories, ProductFees
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from sp_api.api.orders.orders_v0 import OrdersV0
from sp_api.auth import AccessTokenClient
from sp_api.base.exceptions import SellingApiException

from harness.world import US, Seller, World

ORDERS, SKUS = 9, 4
SINCE = "2020-01-01T00:00:00Z"


@pytest.fixture
async def seller(world: World) -> Seller:
    """A connected seller; its handle stands in `facts`."""
    person = await world.person()
    made = await world.seller(orders=ORDERS, skus=SKUS)
    account = await world.connect_by_hand(person, made)
    answer = await world.http.post(
        f"{world.backend.addresses.token_svc}/v1/handles",
        json={"account_id": account["id"], "client_id": world.backend.sdk.client_id},
        headers=world.operator("token-svc", "handles:issue"),
    )
    assert answer.is_success, answer.text
    made.facts["handle"] = answer.json()["handle"]
    return made


async def _with_sdk(world: World, seller: Seller, api: type, use: Callable[[Any], Any]) -> Any:
    """Run `use` on a client of the library as its own documentation builds one."""
    sdk = world.backend.sdk
    token_url = urlsplit(sdk.token_url)

    class TokenClient(AccessTokenClient):
        scheme = f"{token_url.scheme}://"
        host = token_url.netloc
        path = token_url.path

    def call() -> Any:
        with api(
            marketplace=SimpleNamespace(endpoint=sdk.endpoint, marketplace_id=US, region="us-east-1"),
            refresh_token=seller.facts["handle"],
            credentials={"lwa_app_id": sdk.client_id, "lwa_client_secret": sdk.client_secret},
            verify=ssl.create_default_context(cafile=str(sdk.ca_bundle)),
            auth_token_client_class=TokenClient,
        ) as client:
            try:
                return use(client)
            finally:
                client._auth._transport.close()  # the library closes its other one only

    return await asyncio.to_thread(call)


async def test_it_reads_orders(world: World, seller: Seller) -> None:
    answer = await _with_sdk(world, seller, OrdersV0, lambda api: api.get_orders(CreatedAfter=SINCE, MarketplaceIds=[US]))

    served = await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id, operation="getOrders")
    assert len(answer.payload["Orders"]) == ORDERS
    assert {order["AmazonOrderId"] for order in answer.payload["Orders"]} == set(served[-1]["ids"])


async def test_it_reads_orders_of_the_newest_version(world: World, seller: Seller) -> None:
    answer = await _with_sdk(
        world, seller, OrdersV20260101, lambda api: api.search_orders(createdAfter=SINCE, marketplaceIds=[US], maxResultsPerPage=20)
    )

    orders = answer.payload["orders"]
    assert len(orders) == ORDERS


async def test_it_reads_buyer_data_with_a_restricted_token_it_fetched_itself(world: World, seller: Seller) -> None:
    mark = await world.simulator.mark()

    answer = await _with_sdk(
        world,
        seller,
        OrdersV0,
        lambda api: api.get_orders(CreatedAfter=SINCE, MarketplaceIds=[US], RestrictedResources=["buyerInfo"]),
    )

    orders = answer.payload["Orders"]
    assert len(orders) == ORDERS
    assert any("BuyerInfo" in order for order in orders)
    served = await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id, since=mark)
    # The account is synchronised meanwhile, by other operations.
    asked = [entry["operation"] for entry in served if entry["operation"] in {"createRestrictedDataToken", "getOrders"}]
    assert asked == ["createRestrictedDataToken", "getOrders"]


async def test_it_reads_inventory(world: World, seller: Seller) -> None:
    answer = await _with_sdk(
        world,
        seller,
        Inventories,
        lambda api: api.get_inventory_summary_marketplace(
            granularityType="Marketplace", granularityId=US, marketplaceIds=[US], details=True
        ),
    )

    truth = await world.simulator.truth(seller.id)
    summaries = answer.payload["inventorySummaries"]
    assert len(summaries) == SKUS
    assert sum(item["totalQuantity"] for item in summaries) == truth["inventory"]["totalQuantity"]


async def test_it_estimates_fees(world: World, seller: Seller) -> None:
    answer = await _with_sdk(
        world, seller, ProductFees, lambda api: api.get_product_fees_estimate_for_asin("B00EXAMPLE", 19.99, currency="USD", is_fba=True)
    )

    result = answer.payload["FeesEstimateResult"]
    assert result["Status"] == "Success"
    assert float(result["FeesEstimate"]["TotalFeesEstimate"]["Amount"]) > 0


async def test_it_understands_a_refusal(world: World, seller: Seller) -> None:
    with pytest.raises(SellingApiException) as refused:
        await _with_sdk(world, seller, OrdersV0, lambda api: api.get_order("no-such-order"))

    assert 400 <= refused.value.code < 500


async def test_amazons_own_tokens_never_reach_it(world: World, seller: Seller) -> None:
    sdk = world.backend.sdk
    form = {
        "grant_type": "refresh_token",
        "client_id": sdk.client_id,
        "client_secret": sdk.client_secret,
        "refresh_token": seller.facts["handle"],
    }
    answer = await world.http.post(f"{world.backend.addresses.token_svc}/auth/o2/token", data=form)

    token = answer.json()
    assert set(token) >= {"access_token", "token_type", "expires_in"}
    assert not token["access_token"].startswith("Atza|")
    assert "Atzr|" not in answer.text
