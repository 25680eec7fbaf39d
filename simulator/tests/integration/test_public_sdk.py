"""python-amazon-sp-api, unchanged but for its addresses, reads from the simulator as from Amazon."""

from types import SimpleNamespace
from typing import Any

import pytest
from sp_api.api import FulfillmentInbound, Inventories, ListingsRestrictions, Orders, ProductFees, Sellers
from sp_api.auth import AccessTokenClient
from sp_api.base import SellingApiForbiddenException

from simulator.config import Config

US = "ATVPDKIKX0DER"


@pytest.fixture
def shop(start_simulator: Any) -> Any:
    simulator = start_simulator(SIM_PLAN_MULTIPLIER="1000")
    seller = simulator.control("POST", "sellers", region="NA", marketplaces=["US"], orders=130, skus=70)["selling_partner_id"]

    class LocalTokens(AccessTokenClient):
        scheme = "http://"
        host = f"127.0.0.1:{simulator.ports['MAIN']}"

    marketplace = SimpleNamespace(endpoint=simulator.url("NA"), marketplace_id=US, region="us-east-1")
    credentials = {
        "refresh_token": simulator.refresh_token(seller),
        "lwa_app_id": Config.client_id,
        "lwa_client_secret": Config.client_secret,
    }
    clients: list[Any] = []

    def client(api: Any) -> Any:
        made = api(marketplace=marketplace, credentials=credentials, auth_token_client_class=LocalTokens)
        clients.append(made)
        return made

    yield SimpleNamespace(client=client, seller=seller, simulator=simulator)
    for made in clients:
        made.close()
        made._auth._transport.close()


def test_the_sdk_reads_every_order(shop: Any) -> None:
    orders = shop.client(Orders)
    page = orders.get_orders(CreatedAfter="2026-01-01T00:00:00Z")
    served = [order["AmazonOrderId"] for order in page.payload["Orders"]]
    page = orders.get_orders(CreatedAfter="2026-01-01T00:00:00Z", NextToken=page.next_token)
    served += [order["AmazonOrderId"] for order in page.payload["Orders"]]
    assert len(set(served)) == len(served) == 130
    assert orders.get_order_items(served[0]).payload["OrderItems"]


def test_the_sdk_reads_stock_fees_restrictions_and_participations(shop: Any) -> None:
    stock = shop.client(Inventories).get_inventory_summary_marketplace(details=True, marketplaceIds=[US])
    assert len(stock.payload["inventorySummaries"]) == 50
    fees = shop.client(ProductFees).get_product_fees_estimate_for_asin(
        "B000000001", price=20.0, currency="USD", shipping_price=0, is_fba=True
    )
    assert fees.payload["FeesEstimateResult"]["FeesEstimate"]["TotalFeesEstimate"]["Amount"] == 6.22
    restrictions = shop.client(ListingsRestrictions).get_listings_restrictions(asin="B00000000N", sellerId=shop.seller, marketplaceIds=[US])
    assert restrictions.payload["restrictions"][0]["reasons"][0]["reasonCode"] == "NOT_ELIGIBLE"
    assert shop.client(Sellers).get_marketplace_participation().payload[0]["marketplace"]["id"] == US
    assert shop.client(FulfillmentInbound).get_shipments(QueryType="SHIPMENT", ShipmentStatusList="WORKING", MarketplaceId=US).payload == {}


def test_the_sdk_sees_a_revoked_seller(shop: Any) -> None:
    orders = shop.client(Orders)
    orders.get_orders(CreatedAfter="2026-01-01T00:00:00Z")
    shop.simulator.control("POST", f"sellers/{shop.seller}/revoke")
    with pytest.raises(SellingApiForbiddenException):
        orders.get_orders(CreatedAfter="2026-01-01T00:00:00Z")
