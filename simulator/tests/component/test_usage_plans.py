from typing import Any

from simulator.spapi.plans import UsagePlans

SUMMARIES = "/fba/inventory/v1/summaries"
US = "ATVPDKIKX0DER"
QUERY = {"granularityType": "Marketplace", "granularityId": US, "marketplaceIds": US}


async def test_a_burst_is_served_and_the_next_call_is_over_the_quota(paced_amazon: Any) -> None:
    seller, other = await paced_amazon.seller(skus=1), await paced_amazon.seller(skus=1)
    token = await paced_amazon.access_token(seller)
    answers = [await paced_amazon.get(SUMMARIES, token, **QUERY) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[0].headers["x-amzn-ratelimit-limit"] == "2.0"
    error = answers[2].json()["errors"][0]
    assert error == {"code": "QuotaExceeded", "message": "You exceeded your quota for the requested resource.", "details": ""}
    assert (await paced_amazon.get(SUMMARIES, await paced_amazon.access_token(other), **QUERY)).status_code == 200


async def test_invalid_calls_cost_quota_too(paced_amazon: Any) -> None:
    token = await paced_amazon.access_token(await paced_amazon.seller())
    statuses = [(await paced_amazon.get(SUMMARIES, token, **QUERY, wrong="1")).status_code for _ in range(3)]
    assert statuses == [400, 400, 429]


async def test_moving_amazons_clock_refills_nothing(paced_amazon: Any) -> None:
    token = await paced_amazon.access_token(await paced_amazon.seller())
    for _ in range(3):
        await paced_amazon.get(SUMMARIES, token, **QUERY)
    await paced_amazon.control("POST", "clock", advance_seconds=600)
    assert (await paced_amazon.get(SUMMARIES, token, **QUERY)).status_code == 429


async def test_plans_can_be_set_and_scaled(paced_amazon: Any) -> None:
    token = await paced_amazon.access_token(await paced_amazon.seller())
    await paced_amazon.control("POST", "usage-plans", operation="getInventorySummaries", rate=0.001, burst=1)
    statuses = [(await paced_amazon.get(SUMMARIES, token, **QUERY)).status_code for _ in range(2)]
    assert statuses == [200, 429]
    await paced_amazon.control("POST", "usage-plans", reset=True, multiplier=10)
    answers = [await paced_amazon.get(SUMMARIES, token, **QUERY) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].headers["x-amzn-ratelimit-limit"] == "20.0"


def test_a_bucket_fills_at_its_rate_and_never_over_its_burst() -> None:
    now = [0.0]
    plans = UsagePlans(monotonic=lambda: now[0])
    assert [plans.take(("a",), 0.5, 2) for _ in range(3)] == [True, True, False]
    now[0] = 1.9
    assert not plans.take(("a",), 0.5, 2)
    now[0] = 2.0
    assert plans.take(("a",), 0.5, 2)
    now[0] = 1000.0
    assert [plans.take(("a",), 0.5, 2) for _ in range(3)] == [True, True, False]
