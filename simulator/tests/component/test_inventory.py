from typing import Any

SUMMARIES = "/fba/inventory/v1/summaries"
US, CA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"
QUERY = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}


async def test_pages_hold_every_sku_of_the_marketplace_once(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller("NA", ("US", "CA"), skus=240))
    served: list[str] = []
    page = (await amazon.get(SUMMARIES, token, **QUERY)).json()
    served += [item["sellerSku"] for item in page["payload"]["inventorySummaries"]]
    while "pagination" in page:
        page = (await amazon.get(SUMMARIES, token, nextToken=page["pagination"]["nextToken"], **QUERY)).json()
        served += [item["sellerSku"] for item in page["payload"]["inventorySummaries"]]
    assert len(served) == len(set(served)) == 120


async def test_a_paging_token_lives_thirty_seconds(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller(skus=60))
    cursor = (await amazon.get(SUMMARIES, token, **QUERY)).json()["pagination"]["nextToken"]
    await amazon.control("POST", "clock", advance_seconds=25)
    assert (await amazon.get(SUMMARIES, token, nextToken=cursor, **QUERY)).status_code == 200
    await amazon.control("POST", "clock", advance_seconds=6)
    assert (await amazon.get(SUMMARIES, token, nextToken=cursor, **QUERY)).status_code == 400


async def test_a_paging_token_goes_with_the_start_it_was_made_for(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller(skus=60))
    start = {"startDateTime": "2026-10-01T00:00:00Z"}
    cursor = (await amazon.get(SUMMARIES, token, **QUERY, **start)).json()["pagination"]["nextToken"]
    assert (await amazon.get(SUMMARIES, token, nextToken=cursor, **QUERY)).status_code == 400
    assert (await amazon.get(SUMMARIES, token, nextToken=cursor, **QUERY, **start)).status_code == 200


async def test_quantities_in_detail_only_on_request_and_adding_up(amazon: Any) -> None:
    seller = await amazon.seller()
    token = await amazon.access_token(seller)
    await amazon.control(
        "POST", f"sellers/{seller}/inventory", seller_sku="A B/1", fulfillable=7, inbound_shipped=5, reserved_orders=2, damaged=1
    )
    plain = (await amazon.get(SUMMARIES, token, **QUERY)).json()["payload"]["inventorySummaries"][0]
    assert (plain["sellerSku"], plain["totalQuantity"]) == ("A B/1", 15)
    assert "inventoryDetails" not in plain
    detailed = (await amazon.get(SUMMARIES, token, details="true", **QUERY)).json()["payload"]["inventorySummaries"][0]["inventoryDetails"]
    assert detailed["fulfillableQuantity"] == 7
    assert detailed["reservedQuantity"]["totalReservedQuantity"] == 2
    assert detailed["unfulfillableQuantity"]["totalUnfulfillableQuantity"] == 1


async def test_changes_since_a_time(amazon: Any) -> None:
    seller = await amazon.seller(skus=5)
    token = await amazon.access_token(seller)
    start = (await amazon.main.get("/_sim/clock")).json()["now"]
    sku = (await amazon.main.get(f"/_sim/sellers/{seller}/inventory")).json()["items"][0]["seller_sku"]
    await amazon.control("POST", f"sellers/{seller}/inventory", seller_sku=sku, fulfillable=3)
    page = (await amazon.get(SUMMARIES, token, startDateTime=start, **QUERY)).json()
    assert [item["sellerSku"] for item in page["payload"]["inventorySummaries"]] == [sku]
    assert (await amazon.get(SUMMARIES, token, startDateTime="2024-01-01T00:00:00Z", **QUERY)).status_code == 400


async def test_parameters_are_judged(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller("NA", ("US", "CA")))
    for change in (
        {"granularityId": CA},
        {"marketplaceIds": f"{US},{CA}"},
        {"granularityType": "marketplace"},
        {"details": "TRUE"},
        {"sellerSkus": ",".join(f"S{number}" for number in range(51))},
    ):
        assert (await amazon.get(SUMMARIES, token, **QUERY | change)).status_code == 400, change
