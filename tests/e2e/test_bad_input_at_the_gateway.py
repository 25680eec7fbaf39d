"""Bad input at the gateway: the right status, a problem that says the cure, and nothing sent to Amazon."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.raw import send_raw
from harness.world import Person, World

GOOD = "/sellers/v1/marketplaceParticipations"


@dataclass(slots=True)
class Connected:
    """A person, their account, and the start of door (b) to it."""

    person: Person
    account: dict[str, Any]
    seller_id: str
    door: str = field(init=False)

    def __post_init__(self) -> None:
        self.door = f"/v1/accounts/{self.account['id']}/spapi"


@pytest.fixture
async def connected(world: World) -> Connected:
    person = await world.person()
    seller = await world.seller(orders=0, skus=0)
    return Connected(person, await world.connect_by_hand(person, seller), seller.id)


def assert_problem(status: int, headers: Any, body: dict[str, Any], expected: int) -> None:
    """The answer is a complete problem document, made by us."""
    assert status == expected, body
    assert headers["content-type"].startswith("application/problem+json")
    assert body["type"] == f"urn:sellerport:problem:{body['code']}"
    assert body["status"] == expected
    assert body["title"]
    assert body["detail"]
    assert body["request_id"]


async def assert_nothing_reached_amazon(world: World, connected: Connected, mark: str, *, but: str = "") -> None:
    """No call was made for this seller since `mark`, other than what the sync does by itself."""
    entries = await world.simulator.ledger(kind="spapi", selling_partner_id=connected.seller_id, since=mark)
    own = ("searchOrders", "getOrders", "getOrderItems", "getInventorySummaries")
    assert [entry for entry in entries if entry["operation"] not in own and entry["path"] != but] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/no/such/operation"), ("PATCH", GOOD), ("GET", "/orders/v0/orders/"), ("GET", f"/{GOOD}")],
)
async def test_what_is_no_operation_is_refused(world: World, connected: Connected, method: str, path: str) -> None:
    mark = await world.simulator.mark()

    answer = await connected.person.api.request(method, connected.door + path)

    assert answer.status_code in {400, 404, 405}
    assert_problem(answer.status_code, answer.headers, answer.json(), answer.status_code)
    assert answer.headers["x-sellerport-response-source"] == "gateway"
    await assert_nothing_reached_amazon(world, connected, mark)


def _expired(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}


def _forged(change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """A token like a service's, signed by a key that nobody knows."""
    now = int(time.time())
    claims = {"iss": "demo-service", "sub": "demo-service", "aud": "spapi-gateway", "scope": "spapi:call", "iat": now, "exp": now + 300}
    return jwt.encode(change(claims), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": "demo-service-1"})


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Basic c2VsbGVyOnBvcnQ=",
        f"Bearer {_forged(dict)}",
        f"Bearer {_forged(_expired)}",
        "Bearer " + jwt.encode({"sub": "x", "aud": "sellerport", "tenant_id": "t"}, "k" * 32, algorithm="HS256"),
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiYXVkIjoic2VsbGVycG9ydCIsInRlbmFudF9pZCI6InQifQ.",
    ],
    ids=["none", "empty", "nonsense", "basic", "foreign-key", "foreign-key-expired", "symmetric", "alg-none"],
)
async def test_a_caller_that_cannot_name_itself_is_refused(world: World, connected: Connected, authorization: str) -> None:
    mark = await world.simulator.mark()
    headers = {"authorization": authorization} if authorization else {}

    for base in (world.backend.addresses.front_door, world.backend.addresses.spapi_gateway):
        answer = await world.http.get(base + connected.door + GOOD, headers=headers)
        assert_problem(answer.status_code, answer.headers, answer.json(), 401)

    await assert_nothing_reached_amazon(world, connected, mark)


async def test_an_expired_user_token_is_refused(world: World, connected: Connected) -> None:
    token = await world.simulator.user_token(username=connected.person.username, tenant=connected.person.tenant, expires_in=-3600)

    answer = await world.http.get(world.backend.addresses.front_door + connected.door + GOOD, headers={"authorization": f"Bearer {token}"})

    assert_problem(answer.status_code, answer.headers, answer.json(), 401)


@pytest.mark.parametrize("token", ["", "Atza|somebody-elses", "a.b.c"])
async def test_a_token_that_is_not_ours_opens_no_drop_in_door(world: World, connected: Connected, token: str) -> None:
    mark = await world.simulator.mark()

    answer = await world.http.get(world.backend.addresses.spapi_gateway + GOOD, headers={"x-amz-access-token": token})

    assert_problem(answer.status_code, answer.headers, answer.json(), 401)
    assert answer.headers["x-sellerport-response-source"] == "gateway"
    await assert_nothing_reached_amazon(world, connected, mark)


async def test_a_token_for_another_service_is_refused(world: World, connected: Connected) -> None:
    token = world.backend.service_token("spapi-gateway", "token-svc", ("tokens:issue",))

    answer = await world.http.get(
        world.backend.addresses.spapi_gateway + connected.door + GOOD, headers={"authorization": f"Bearer {token}"}
    )

    assert_problem(answer.status_code, answer.headers, answer.json(), 401)


async def test_malformed_json_is_refused(world: World, connected: Connected) -> None:
    mark = await world.simulator.mark()

    answer = await connected.person.api.post(
        f"{connected.door}/products/fees/v0/feesEstimate", content=b'[{"a": ', headers={"content-type": "application/json"}
    )

    assert_problem(answer.status_code, answer.headers, answer.json(), 400)
    await assert_nothing_reached_amazon(world, connected, mark)


async def test_an_oversized_body_is_refused(world: World, connected: Connected) -> None:
    mark = await world.simulator.mark()

    answer = await connected.person.api.post(
        f"{connected.door}/products/fees/v0/feesEstimate",
        content=b'[{"a":"' + b"x" * (12 << 20) + b'"}]',
        headers={"content-type": "application/json"},
    )

    assert_problem(answer.status_code, answer.headers, answer.json(), 413)
    await assert_nothing_reached_amazon(world, connected, mark)


@pytest.mark.parametrize(
    "path",
    [
        "/sellers/v1/%2e%2e/v1/marketplaceParticipations",
        "/sellers/v1/../v1/marketplaceParticipations",
        "/sellers/v1/.%2E/v1/marketplaceParticipations",
        "/sellers/v1/%252e%252e/marketplaceParticipations",
        "/sellers%2fv1/marketplaceParticipations",
        "/sellers/v1%2FmarketplaceParticipations",
        "/sellers/v1/marketplaceParticipations%00",
        "/sellers/v1/marketplaceParticipations%0d%0ax-evil:%201",
        "/sellers\\v1\\marketplaceParticipations",
        "/sellers/v1/marketplaceParticipations;x=1",
        "/orders/v0/orders/..%2f..%2f..%2fsellers%2fv1%2fmarketplaceParticipations",
        "/orders/v0/orders/%2e%2e",
    ],
)
async def test_hostile_paths_reach_nobody(world: World, connected: Connected, path: str) -> None:
    mark = await world.simulator.mark()
    lines = (
        f"GET {connected.door}{path} HTTP/1.1\r\n"
        f"host: localhost\r\nauthorization: Bearer {connected.person.token}\r\nconnection: close\r\n\r\n"
    )

    (answer, *rest) = await send_raw(world.backend.addresses.spapi_gateway, lines.encode())

    assert rest == []
    assert answer.status in {400, 404}, (answer.status, answer.body)
    await assert_nothing_reached_amazon(world, connected, mark)


@pytest.mark.parametrize(
    "headers",
    [
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        "content-length: 4\r\ncontent-length: 5\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\n",
    ],
)
async def test_smuggled_requests_are_refused(world: World, connected: Connected, headers: str) -> None:
    mark = await world.simulator.mark()
    smuggled = f"GET {connected.door}{GOOD} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {connected.person.token}\r\n\r\n"
    lines = (
        f"POST {connected.door}/products/fees/v0/feesEstimate HTTP/1.1\r\nhost: localhost\r\n"
        f"authorization: Bearer nonsense\r\n{headers}\r\n0\r\n\r\n{smuggled}"
    )

    answers = await send_raw(world.backend.addresses.spapi_gateway, lines.encode())

    assert all(answer.status in {400, 401, 411, 501} for answer in answers), answers
    await assert_nothing_reached_amazon(world, connected, mark)


async def test_hop_by_hop_and_override_headers_change_nothing(world: World, connected: Connected) -> None:
    mark = await world.simulator.mark()
    headers = {
        "connection": "close, x-amz-access-token, authorization",
        "x-amz-access-token": "Atza|planted",
        "x-amz-security-token": "planted",
        "x-http-method-override": "DELETE",
        "x-forwarded-host": "evil.example",
        "x-original-url": "/orders/v0/orders",
        "te": "trailers",
        "proxy-authorization": "Basic planted",
        "upgrade": "h2c",
    }

    answer = await world.http.get(
        world.backend.addresses.spapi_gateway + connected.door + GOOD,
        headers={**headers, "authorization": f"Bearer {connected.person.token}"},
    )

    entries = await world.simulator.ledger(
        kind="spapi", selling_partner_id=connected.seller_id, since=mark, operation="getMarketplaceParticipations"
    )
    assert answer.status_code in {200, 400}, answer.text
    assert [(entry["method"], entry["status"]) for entry in entries] == ([("GET", 200)] if answer.status_code == 200 else [])
