import json
from typing import Any

import pytest

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
ORDERS = "/orders/2026-01-01/orders"


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        ({"kind": "status", "status": 503}, 503, "InternalFailure"),
        ({"kind": "status", "status": 500}, 500, "InternalFailure"),
        ({"kind": "rate_limit"}, 429, "QuotaExceeded"),
        ({"kind": "expired_token"}, 403, "has expired"),
        ({"kind": "revoked"}, 403, "revoked"),
    ],
)
async def test_a_fault_spoils_as_many_answers_as_it_was_told(amazon: Any, fault: dict[str, Any], status: int, word: str) -> None:
    token = await amazon.access_token(await amazon.seller())
    await amazon.control("POST", "faults", target="spapi", times=2, **fault)
    answers = [await amazon.get(PARTICIPATIONS, token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert word in answers[0].text
    assert [entry.get("fault") for entry in await amazon.ledger(kind="spapi")] == [fault["kind"], fault["kind"], None]


async def test_a_fault_meets_only_its_operation_and_seller(amazon: Any) -> None:
    seller, other = await amazon.seller(), await amazon.seller()
    token, other_token = await amazon.access_token(seller), await amazon.access_token(other)
    await amazon.control("POST", "faults", target="spapi", kind="status", operation="searchOrders", selling_partner_id=seller)
    window = {"createdAfter": "2026-01-01T00:00:00Z"}
    assert (await amazon.get(PARTICIPATIONS, token)).status_code == 200
    assert (await amazon.get(ORDERS, other_token, **window)).status_code == 200
    assert (await amazon.get(ORDERS, token, **window)).status_code == 503


async def test_a_fault_without_a_count_stays_until_it_is_deleted(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    fault = (await amazon.control("POST", "faults", target="spapi", kind="status", status=500))["id"]
    assert [(await amazon.get(PARTICIPATIONS, token)).status_code for _ in range(5)] == [500] * 5
    await amazon.control("DELETE", f"faults/{fault}")
    assert (await amazon.get(PARTICIPATIONS, token)).status_code == 200


async def test_malformed_answers_are_no_json_and_their_page_was_not_served(amazon: Any) -> None:
    seller = await amazon.seller(orders=3)
    token = await amazon.access_token(seller)
    await amazon.control("POST", "faults", target="spapi", kind="malformed", times=1)
    answer = await amazon.get(ORDERS, token, createdAfter="2026-01-01T00:00:00Z")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert "ids" not in (await amazon.ledger(operation="searchOrders"))[0]


async def test_lwa_and_sts_can_fail_as_well(amazon: Any) -> None:
    refresh_token = await amazon.refresh_token(await amazon.seller())
    await amazon.control("POST", "faults", target="lwa", kind="status", status=503, times=1)
    await amazon.control("POST", "faults", target="lwa", kind="revoked", times=1)
    answers = [await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token) for _ in range(3)]
    assert [(answer.status_code, answer.json().get("error")) for answer in answers] == [
        (503, "server_error"),
        (400, "invalid_grant"),
        (200, None),
    ]


async def test_an_unknown_fault_is_refused(amazon: Any) -> None:
    answer = await amazon.main.post("/_sim/faults", json={"target": "spapi", "kind": "earthquake"})
    assert answer.status_code == 400
