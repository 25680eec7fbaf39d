from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

ORDERS = "/orders/2026-01-01/orders"
US = "ATVPDKIKX0DER"
LONG_AGO = "2026-01-01T00:00:00Z"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def _pages(amazon: Any, token: str, **query: str) -> list[dict[str, Any]]:
    pages = [(await amazon.get(ORDERS, token, **query)).json()]
    while "pagination" in pages[-1]:
        answer = await amazon.get(ORDERS, token, paginationToken=pages[-1]["pagination"]["nextToken"], **query)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
    return pages


async def test_pages_hold_every_order_once_though_orders_arrive_meanwhile(amazon: Any) -> None:
    seller = await amazon.seller(orders=57, skus=10)
    token = await amazon.access_token(seller)
    query = {"createdAfter": LONG_AGO, "maxResultsPerPage": "20"}
    first = (await amazon.get(ORDERS, token, **query)).json()
    await amazon.control("POST", f"sellers/{seller}/orders", count=30, created=LONG_AGO)
    await amazon.control("POST", f"sellers/{seller}/orders", count=5)
    served = [order["orderId"] for order in first["orders"]]
    page = first
    while "pagination" in page:
        page = (await amazon.get(ORDERS, token, paginationToken=page["pagination"]["nextToken"], **query)).json()
        served += [order["orderId"] for order in page["orders"]]
        assert page["createdBefore"] == first["createdBefore"]
    assert len(served) == len(set(served)) == 57
    ledger = await amazon.ledger(operation="searchOrders")
    assert [order_id for entry in ledger for order_id in entry["ids"]] == served


async def test_a_changed_order_stands_in_the_next_window_over_changes(amazon: Any) -> None:
    seller = await amazon.seller(orders=30, skus=5)
    token = await amazon.access_token(seller)
    query = {"lastUpdatedAfter": LONG_AGO, "maxResultsPerPage": "10"}
    first = (await amazon.get(ORDERS, token, **query)).json()
    moved = next(iter((await amazon.main.get(f"/_sim/sellers/{seller}/orders")).json()["orders"]))["order_id"]
    await amazon.control("PATCH", f"sellers/{seller}/orders/{moved}", status="CANCELLED")
    following = await _pages(amazon, token, lastUpdatedAfter=first["lastUpdatedBefore"])
    assert [order["orderId"] for page in following for order in page["orders"]] == [moved]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"createdAfter": LONG_AGO, "lastUpdatedAfter": LONG_AGO},
        {"createdAfter": LONG_AGO, "lastUpdatedBefore": LONG_AGO},
        {"createdAfter": "2026-01-01"},
        {"createdAfter": "2026-01-01T00:00:00 00:00"},
        {"createdAfter": "yesterday"},
        {"createdAfter": "2099-01-01T00:00:00Z"},
        {"createdAfter": LONG_AGO, "createdBefore": "2025-01-01T00:00:00Z"},
        {"createdAfter": LONG_AGO, "maxResultsPerPage": "0"},
        {"createdAfter": LONG_AGO, "maxResultsPerPage": "101"},
        {"createdAfter": LONG_AGO, "maxResultsPerPage": "ten"},
        {"createdAfter": LONG_AGO, "fulfillmentStatuses": "CANCELED"},
        {"createdAfter": LONG_AGO, "includedData": "PROCEEDS,EVERYTHING"},
        {"createdAfter": LONG_AGO, "includedData": "PROCEEDS,"},
        {"createdAfter": LONG_AGO, "CreatedBefore": LONG_AGO},
        {"createdAfter": LONG_AGO, "paginationToken": "made-up"},
    ],
)
async def test_windows_and_parameters_are_judged_to_the_letter(amazon: Any, query: dict[str, str]) -> None:
    token = await amazon.access_token(await amazon.seller())
    answer = await amazon.get(ORDERS, token, **query)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


async def test_the_end_of_a_window_lies_two_minutes_back_or_is_not_given(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    now = datetime.now(UTC)
    late = await amazon.get(ORDERS, token, createdAfter=LONG_AGO, createdBefore=_iso(now - timedelta(seconds=100)))
    assert late.status_code == 400
    early = await amazon.get(ORDERS, token, createdAfter=LONG_AGO, createdBefore=_iso(now - timedelta(seconds=130)))
    assert early.status_code == 200


async def test_an_order_of_this_second_is_served_when_no_end_is_given(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    await amazon.control("POST", f"sellers/{seller}/orders", order_id="903-1111111-2222222")
    page = (await amazon.get(ORDERS, token, lastUpdatedAfter=LONG_AGO)).json()
    assert [order["orderId"] for order in page["orders"]] == ["903-1111111-2222222"]


async def test_a_token_is_bound_to_its_query_its_seller_and_a_day(amazon: Any) -> None:
    seller, other = await amazon.seller(orders=5), await amazon.seller(orders=5)
    token = await amazon.access_token(seller)
    query = {"createdAfter": LONG_AGO, "maxResultsPerPage": "2"}
    cursor = (await amazon.get(ORDERS, token, **query)).json()["pagination"]["nextToken"]
    altered = cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB")
    assert (await amazon.get(ORDERS, token, paginationToken=altered, **query)).status_code == 400
    assert (await amazon.get(ORDERS, token, paginationToken=cursor, **query | {"maxResultsPerPage": "3"})).status_code == 400
    assert (await amazon.get(ORDERS, token, paginationToken=cursor)).status_code == 400
    assert (await amazon.get(ORDERS, await amazon.access_token(other), paginationToken=cursor, **query)).status_code == 400
    assert (await amazon.get(ORDERS, token, paginationToken=cursor, **query)).status_code == 200
    await amazon.control("POST", "clock", advance_seconds=24 * 3600 + 1)
    fresh = await amazon.access_token(seller)
    expired = await amazon.get(ORDERS, fresh, paginationToken=cursor, **query)
    assert expired.json()["errors"][0]["details"] == "paginationToken has expired."


async def test_only_what_was_asked_for_is_told(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    created = await amazon.control(
        "POST", f"sellers/{seller}/orders", status="UNSHIPPED", total={"amount": "12.30", "currency": "USD"}, order_id="903-1-1"
    )
    assert created["created"][0]["total"] == {"amount": "12.30", "currency": "USD"}
    bare = (await amazon.get(f"{ORDERS}/903-1-1", token)).json()["order"]
    assert not {"proceeds", "fulfillment", "buyer", "recipient", "packages"} & set(bare)
    assert bare["orderItems"]
    full = (await amazon.get(f"{ORDERS}/903-1-1", token, includedData="PROCEEDS,FULFILLMENT,BUYER,RECIPIENT")).json()["order"]
    assert full["proceeds"]["grandTotal"] == {"amount": "12.30", "currencyCode": "USD"}
    assert full["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert full["buyer"]["buyerEmail"].endswith("@marketplace.amazon.com")


async def test_a_pending_order_has_no_total_yet(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    await amazon.control("POST", f"sellers/{seller}/orders", status="PENDING", order_id="903-1-1")
    pending = (await amazon.get(f"{ORDERS}/903-1-1", token, includedData="PROCEEDS")).json()["order"]
    assert "proceeds" not in pending
    await amazon.control("PATCH", f"sellers/{seller}/orders/903-1-1", status="UNSHIPPED")
    assert "proceeds" in (await amazon.get(f"{ORDERS}/903-1-1", token, includedData="PROCEEDS")).json()["order"]


async def test_another_sellers_order_does_not_exist(amazon: Any) -> None:
    owner, other = await amazon.seller(), await amazon.seller()
    await amazon.control("POST", f"sellers/{owner}/orders", order_id="903-1-1")
    answer = await amazon.get(f"{ORDERS}/903-1-1", await amazon.access_token(other))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "NotFound")


async def test_filters_narrow_the_window(amazon: Any) -> None:
    seller = await amazon.seller("NA", ("US", "CA"), orders=80, skus=8)
    token = await amazon.access_token(seller)
    query = {"createdAfter": LONG_AGO, "includedData": "FULFILLMENT"}
    kept = (await amazon.main.get(f"/_sim/sellers/{seller}/orders")).json()["orders"]
    wanted = {
        order["order_id"]
        for order in kept
        if order["marketplace_id"] == US and order["status"] == "SHIPPED" and order["fulfilled_by"] == "AMAZON"
    }
    page = (await amazon.get(ORDERS, token, marketplaceIds=US, fulfillmentStatuses="SHIPPED", fulfilledBy="AMAZON", **query)).json()
    assert {order["orderId"] for order in page["orders"]} == wanted
