from typing import Any

import pytest

from simulator.spapi.catalogue import catalogue

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
ORDERS = "/orders/2026-01-01/orders"
US, DE, FR, CA = "ATVPDKIKX0DER", "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A2EUQ1WTGCTBG2"


def _error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_a_valid_token_opens_the_sellers_own_region(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller("EU", ("DE", "FR")))
    answer = await amazon.get(PARTICIPATIONS, token, region="EU")
    assert [entry["marketplace"]["id"] for entry in answer.json()["payload"]] == [DE, FR]
    assert answer.headers["x-amzn-requestid"]
    assert float(answer.headers["x-amzn-ratelimit-limit"]) > 0


async def test_another_regions_endpoint_refuses_the_seller(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller("EU", ("DE",)))
    assert _error(await amazon.get(PARTICIPATIONS, token, region="NA")) == (403, "Unauthorized")


async def test_no_token_and_no_such_path_lack_authentication(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    assert _error(await amazon.regions["NA"].get(PARTICIPATIONS)) == (403, "MissingAuthenticationToken")
    for path in ("/sellers/v1/nothing", "/orders/2026-01-01/orders/", "/orders/v0/nothing/%2F/x", "/"):
        assert _error(await amazon.get(path, token)) == (403, "MissingAuthenticationToken")
    assert _error(await amazon.call("DELETE", PARTICIPATIONS, token)) == (403, "MissingAuthenticationToken")


async def test_expired_and_unknown_tokens_are_told_apart_as_amazon_does(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    await amazon.control("POST", "clock", advance_seconds=3600)
    expired = await amazon.get(PARTICIPATIONS, token)
    assert (_error(expired), expired.json()["errors"][0]["details"]) == (
        (403, "Unauthorized"),
        "The access token you provided has expired.",
    )
    unknown = await amazon.get(PARTICIPATIONS, "Atza|made-up")
    assert unknown.json()["errors"][0]["details"] == "The access token you provided is revoked, malformed or invalid."
    assert unknown.headers["x-amzn-errortype"] == "UnauthorizedException"


async def test_tokens_can_be_short_lived_or_ended_without_moving_the_clock(amazon: Any) -> None:
    seller, other = await amazon.seller(), await amazon.seller()
    token, other_token = await amazon.access_token(seller), await amazon.access_token(other)
    await amazon.control("POST", "tokens", expire=True, selling_partner_id=seller)
    assert "has expired" in (await amazon.get(PARTICIPATIONS, token)).text
    assert (await amazon.get(PARTICIPATIONS, other_token)).status_code == 200
    await amazon.control("POST", "tokens", life_seconds=2)
    answer = await amazon.lwa(grant_type="refresh_token", refresh_token=await amazon.refresh_token(seller))
    assert answer.json()["expires_in"] == 2


async def test_marketplaces_must_be_the_sellers_own(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller("NA", ("US",)))
    window = {"createdAfter": "2026-01-01T00:00:00Z"}
    assert (await amazon.get(ORDERS, token, marketplaceIds=US, **window)).status_code == 200
    assert _error(await amazon.get(ORDERS, token, marketplaceIds=CA, **window)) == (400, "InvalidInput")
    assert _error(await amazon.get(ORDERS, token, marketplaceIds=f"{US},{DE}", **window)) == (403, "Unauthorized")
    assert _error(await amazon.get(ORDERS, token, marketplaceIds="AXXXX", **window)) == (400, "InvalidInput")


async def test_grantless_operations_take_their_own_scope_only(amazon: Any) -> None:
    seller_token = await amazon.access_token(await amazon.seller())
    lwa = await amazon.lwa(grant_type="client_credentials", scope="sellingpartnerapi::notifications")
    grantless = lwa.json()["access_token"]
    other = (await amazon.lwa(grant_type="client_credentials", scope="sellingpartnerapi::client_credential:rotation")).json()[
        "access_token"
    ]
    assert (await amazon.get("/notifications/v1/destinations", grantless)).status_code == 200
    for token in (seller_token, other):
        assert _error(await amazon.get("/notifications/v1/destinations", token)) == (403, "Unauthorized")
    assert _error(await amazon.get(PARTICIPATIONS, grantless)) == (403, "Unauthorized")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": "0"},
        {"connection": "x-amz-access-token"},
        {"te": "trailers"},
        {"x-http-method-override": "POST"},
        {"x-forwarded-host": "elsewhere.example"},
        {"expect": "100-continue"},
    ],
)
async def test_odd_framing_is_refused(amazon: Any, headers: dict[str, str]) -> None:
    token = await amazon.access_token(await amazon.seller())
    assert (await amazon.call("GET", PARTICIPATIONS, token, headers=headers)).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/orders/v0/orders/%2e%2e", "/orders/v0/orders/%2E", "//sellers/v1/account", "/sellers/v1/account%00", "/sellers/v1/%zz", "/a%0d%0ab"],
)
async def test_hostile_paths_are_refused(amazon: Any, path: str) -> None:
    token = await amazon.access_token(await amazon.seller())
    door = amazon.doors.regions["NA"]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"a.example"), (b"x-amz-access-token", token.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}
    await door(scope, receive, send)
    assert sent[0]["status"] == 400


async def test_a_second_token_header_and_a_get_with_a_body_are_refused(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    twice = await amazon.regions["NA"].get(PARTICIPATIONS, headers=[("x-amz-access-token", token), ("x-amz-access-token", token)])
    assert twice.status_code == 400
    assert (await amazon.call("GET", PARTICIPATIONS, token, content=b"{}")).status_code == 400


async def test_a_sandbox_only_operation_does_not_exist_in_production(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    body = {"sellerSku": "A", "marketplaceId": US, "productName": "A"}
    assert _error(await amazon.call("POST", "/fba/inventory/v1/items", token, json=body)) == (403, "Unauthorized")


async def test_every_operation_of_the_catalogue_is_found_at_its_own_path() -> None:
    operations = catalogue().operations
    assert len(operations) == 370
    for operation in operations:
        found = catalogue().find(operation.method, operation.path)
        assert found is not None
        assert found[0] is operation


async def test_operations_without_a_state_answer_in_their_apis_own_style(amazon: Any) -> None:
    token = await amazon.access_token(await amazon.seller())
    bare = await amazon.get("/reports/2021-06-30/reports", token, reportTypes="GET_MERCHANT_LISTINGS_ALL_DATA")
    assert bare.json() == {}
    wrapped = await amazon.get("/messaging/v1/orders/123/attributes", token, marketplaceIds=US)
    assert wrapped.json() == {"payload": {}}
    assert wrapped.headers["content-type"] == "application/hal+json"
    created = await amazon.call(
        "POST", "/reports/2021-06-30/reports", token, json={"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": [US]}
    )
    assert created.status_code == 202
    assert (await amazon.call("DELETE", "/reports/2021-06-30/reports/1", token)).status_code == 200
