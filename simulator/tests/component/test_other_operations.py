from typing import Any

import pytest

US = "ATVPDKIKX0DER"
RESTRICTIONS = "/listings/2021-08-01/restrictions"


def _fees(amount: str = "20.00", *, fba: bool = True, **changes: Any) -> dict[str, Any]:
    price = {"ListingPrice": {"CurrencyCode": "USD", "Amount": amount}}
    return {
        "FeesEstimateRequest": {"MarketplaceId": US, "Identifier": "one", "IsAmazonFulfilled": fba, "PriceToEstimateFees": price, **changes}
    }


@pytest.mark.parametrize(
    ("asin", "reason"),
    [("B000000001", None), ("B00000000A", "APPROVAL_REQUIRED"), ("B00000000N", "NOT_ELIGIBLE"), ("B00000000X", "ASIN_NOT_FOUND")],
)
async def test_restrictions_follow_the_asin(amazon: Any, asin: str, reason: str | None) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    restrictions = (await amazon.get(RESTRICTIONS, token, asin=asin, sellerId=seller, marketplaceIds=US)).json()["restrictions"]
    assert [entry["reasons"][0]["reasonCode"] for entry in restrictions] == ([] if reason is None else [reason])


async def test_restrictions_of_another_seller_are_not_told(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    answer = await amazon.get(RESTRICTIONS, token, asin="B000000001", sellerId="AOTHER", marketplaceIds=US)
    assert answer.status_code == 403


async def test_fees_of_one_asin(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    answer = await amazon.call("POST", "/products/fees/v0/items/B000000001/feesEstimate", token, json=_fees())
    result = answer.json()["payload"]["FeesEstimateResult"]
    assert result["Status"] == "Success"
    fees = {detail["FeeType"]: detail["FinalFee"]["Amount"] for detail in result["FeesEstimate"]["FeeDetailList"]}
    assert fees == {"ReferralFee": 3.0, "FBAFees": 3.22}
    assert result["FeesEstimate"]["TotalFeesEstimate"] == {"CurrencyCode": "USD", "Amount": 6.22}


async def test_a_batch_is_a_bare_array_and_an_item_may_fail_alone(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    items = [{"IdType": "ASIN", "IdValue": asin, **_fees()} for asin in ("B000000001", "B00000000X")]
    answer = await amazon.call("POST", "/products/fees/v0/feesEstimate", token, json=items)
    assert answer.status_code == 200
    assert [item["Status"] for item in answer.json()] == ["Success", "ClientError"]
    assert answer.json()[1]["Error"]["Code"] == "InvalidParameterValue"
    too_many = await amazon.call("POST", "/products/fees/v0/feesEstimate", token, json=items[:1] * 21)
    assert too_many.status_code == 400


async def test_fees_are_judged(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    path = "/products/fees/v0/items/B000000001/feesEstimate"
    for body in ({}, _fees("-1"), _fees("much"), _fees(MarketplaceId="A1PA6795UKMFR9"), _fees(Identifier=None)):
        assert (await amazon.call("POST", path, token, json=body)).status_code in {400, 403}
    wrong_currency = _fees(PriceToEstimateFees={"ListingPrice": {"CurrencyCode": "EUR", "Amount": "1"}})
    answer = await amazon.call("POST", path, token, json=wrong_currency)
    assert answer.json()["payload"]["FeesEstimateResult"]["Status"] == "ClientError"


async def test_bodies_must_be_json_of_the_published_shape(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    path = "/reports/2021-06-30/reports"

    async def status(content: bytes, content_type: str = "application/json") -> int:
        return int((await amazon.call("POST", path, token, content=content, headers={"content-type": content_type})).status_code)

    good = f'{{"reportType":"X","marketplaceIds":["{US}"]}}'.encode()
    assert await status(good) == 202
    assert await status(good, "application/json; charset=utf-8") == 202
    assert await status(good, "text/plain") == 400
    assert await status(good[:-3]) == 400
    assert await status(b"[]") == 400
    assert await status(b'{"reportType":"X"}') == 400
    assert await status(b"") == 400
    assert await status(b'{"reportType":"X","marketplaceIds":["A1PA6795UKMFR9"]}') == 403


@pytest.mark.parametrize("odd", [None, 1, [], {}, [[]], [{}], {"a": []}])
async def test_odd_bodies_are_refused_and_break_nothing(amazon: Any, odd: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    restricted = {
        "restrictedResources": [{"method": odd, "path": odd}, {"method": "GET", "path": "/orders/v0/orders", "dataElements": [odd]}]
    }
    for path, body in (
        ("/tokens/2021-03-01/restrictedDataToken", restricted),
        ("/products/fees/v0/feesEstimate", [{"IdType": odd, "IdValue": odd}]),
        ("/products/fees/v0/items/B000000001/feesEstimate", _fees(MarketplaceId=odd)),
        (
            "/products/fees/v0/items/B000000001/feesEstimate",
            _fees(PriceToEstimateFees={"ListingPrice": {"Amount": odd, "CurrencyCode": odd}}),
        ),
    ):
        assert (await amazon.call("POST", path, token, json=body)).status_code in {200, 400}, path
