from typing import Any

ORDERS = "/orders/v0/orders"
US = "ATVPDKIKX0DER"
WINDOW = {"MarketplaceIds": US, "CreatedAfter": "2026-01-01T00:00:00Z"}
RDT = "/tokens/2021-03-01/restrictedDataToken"


async def _rdt(amazon: Any, token: str, path: str, elements: list[str] | None = None) -> str:
    resource = {"method": "GET", "path": path, **({"dataElements": elements} if elements else {})}
    answer = await amazon.call("POST", RDT, token, json={"restrictedResources": [resource]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["expiresIn"] == 3600
    return str(answer.json()["restrictedDataToken"])


async def test_pages_are_wrapped_and_complete(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller(orders=25, skus=5))
    served: list[str] = []
    query = {**WINDOW, "MaxResultsPerPage": "10"}
    page = (await amazon.get(ORDERS, token, **query)).json()["payload"]
    served += [order["AmazonOrderId"] for order in page["Orders"]]
    while "NextToken" in page:
        page = (await amazon.get(ORDERS, token, NextToken=page["NextToken"], **query)).json()["payload"]
        served += [order["AmazonOrderId"] for order in page["Orders"]]
    assert len(served) == len(set(served)) == 25


async def test_marketplaces_are_required_and_statuses_are_v0s_own(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller(orders=3))
    assert (await amazon.get(ORDERS, token, CreatedAfter=WINDOW["CreatedAfter"])).status_code == 400
    assert (await amazon.get(ORDERS, token, OrderStatuses="CANCELLED", **WINDOW)).status_code == 400
    assert (await amazon.get(ORDERS, token, OrderStatuses="Canceled,Shipped", **WINDOW)).status_code == 200
    assert (await amazon.get(ORDERS, token, FulfillmentChannels="AMAZON", **WINDOW)).status_code == 400


async def test_personal_data_needs_a_restricted_token_for_that_element(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    await amazon.control("POST", f"sellers/{seller}/orders", order_id="903-1-1")
    path = f"{ORDERS}/903-1-1"
    plain = (await amazon.get(path, token)).json()["payload"]
    assert "BuyerInfo" not in plain
    assert "Name" not in plain["ShippingAddress"]
    buyer = (await amazon.get(path, await _rdt(amazon, token, f"{ORDERS}/{{orderId}}", ["buyerInfo"]))).json()["payload"]
    assert buyer["BuyerInfo"]["BuyerEmail"]
    assert "Name" not in buyer["ShippingAddress"]
    address = (await amazon.get(path, await _rdt(amazon, token, path, ["shippingAddress"]))).json()["payload"]
    assert "BuyerInfo" not in address
    assert address["ShippingAddress"]["Name"]


async def test_a_restricted_token_opens_its_own_path_for_an_hour_and_nothing_else(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    await amazon.control("POST", f"sellers/{seller}/orders", order_id="903-1-1")
    await amazon.control("POST", f"sellers/{seller}/orders", order_id="903-2-2")
    restricted = await _rdt(amazon, token, f"{ORDERS}/903-1-1/address")
    assert (await amazon.get(f"{ORDERS}/903-1-1/address", restricted)).status_code == 200
    assert (await amazon.get(f"{ORDERS}/903-2-2/address", restricted)).status_code == 403
    assert (await amazon.get(f"{ORDERS}/903-1-1", restricted)).status_code == 403
    assert (await amazon.get("/sellers/v1/marketplaceParticipations", restricted)).status_code == 403
    assert (await amazon.get(f"{ORDERS}/903-1-1/address", token)).status_code == 403
    await amazon.control("POST", "clock", advance_seconds=3600)
    assert "expired" in (await amazon.get(f"{ORDERS}/903-1-1/address", restricted)).text


async def test_restricted_resources_are_judged(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    for resource in (
        {"method": "GET", "path": ORDERS},
        {"method": "GET", "path": ORDERS, "dataElements": ["buyerTaxInformation"]},
        {"method": "GET", "path": "/sellers/v1/marketplaceParticipations"},
        {"method": "GET", "path": "/reports/2021-06-30/documents/{reportDocumentId}"},
        {"method": "PATCH", "path": ORDERS},
        {"path": ORDERS},
    ):
        answer = await amazon.call("POST", RDT, token, json={"restrictedResources": [resource]})
        assert answer.status_code == 400, resource
    many = [{"method": "GET", "path": f"{ORDERS}/{number}/address"} for number in range(51)]
    assert (await amazon.call("POST", RDT, token, json={"restrictedResources": many})).status_code == 400


async def test_revoking_the_consent_kills_restricted_tokens_too(amazon: Any) -> None:
    seller = await amazon.seller()
    await amazon.control("POST", f"sellers/{seller}/orders", order_id="903-1-1")
    restricted = await _rdt(amazon, await amazon.access_token(seller), f"{ORDERS}/903-1-1/address")
    await amazon.control("POST", f"sellers/{seller}/revoke")
    assert (await amazon.get(f"{ORDERS}/903-1-1/address", restricted)).status_code == 403


async def test_a_confirmed_shipment_ships_the_order_once(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    item = {"order_item_id": "1", "seller_sku": "A", "asin": "B000000001", "title": "A", "quantity": 2, "unit_price": "5.00"}
    await amazon.control("POST", f"sellers/{seller}/orders", order_id="903-1-1", fulfilled_by="MERCHANT", items=[item])
    package = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "T1",
        "shipDate": "2026-11-01T00:00:00Z",
        "orderItems": [{"orderItemId": "1", "quantity": 1}],
    }
    path = f"{ORDERS}/903-1-1/shipmentConfirmation"

    async def confirm() -> int:
        return int((await amazon.call("POST", path, token, json={"marketplaceId": US, "packageDetail": package})).status_code)

    assert await confirm() == 204
    assert (await amazon.get(f"{ORDERS}/903-1-1", token)).json()["payload"]["OrderStatus"] == "PartiallyShipped"
    assert await confirm() == 204
    assert (await amazon.get(f"{ORDERS}/903-1-1", token)).json()["payload"]["NumberOfItemsShipped"] == 2
    assert await confirm() == 400
