"""The memory Amazon and the gateway adapters keep the same promises; the gateway here is canned.

First the suite of all sources, then what holds of the gateway's alone.
"""

import json
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.secret import Secret
from sync_svc.adapters.outbound.gateway.client import GatewayClient
from sync_svc.adapters.outbound.gateway.sources import gateway_sources
from sync_svc.adapters.outbound.memory.sources import MemoryInventorySource, MemoryOrderSource
from sync_svc.domain.dataset import Lane, Mode
from sync_svc.domain.errors import AmazonRefusedError, ExpiredCursorError
from sync_svc.domain.money import Money

UPSTREAM = {"x-sellerport-response-source": "upstream"}


class CannedGateway:
    """Answers every call with the next canned answer and remembers what was asked."""

    def __init__(self):
        self.answers = []
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def upstream(self, status, body, **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append(httpx.Response(status, content=content, headers=UPSTREAM | headers))

    def own(self, status, code, **headers):
        body = {"type": "t", "title": "t", "status": status, "code": code, "detail": "what to do"}
        self.answers.append(httpx.Response(status, json=body, headers={"x-sellerport-response-source": "gateway"} | headers))

    def query(self):
        return {name: values[0] for name, values in parse_qs(self.requests[-1].url.query.decode()).items()}


@pytest.fixture
def gateway():
    return CannedGateway()


@pytest.fixture
async def sources(gateway, clock):
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    issuer = ServiceTokenIssuer(Secret(pem), "sync-svc", "k", clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(gateway), base_url="http://gateway") as http:
        client = GatewayClient(http, issuer)
        yield {api: gateway_sources(client, clock, orders_api=api) for api in ("2026-01-01", "v0")}


ORDER_2026 = {
    "orderId": "111-1",
    "createdTime": "2026-03-09T10:00:00.123Z",
    "lastUpdatedTime": "2026-03-09T11:00:00Z",
    "salesChannel": {"marketplaceId": "ATVPDKIKX0DER", "channelName": "AMAZON"},
    "fulfillment": {"fulfillmentStatus": "PARTIALLY_SHIPPED", "fulfilledBy": "AMAZON"},
    "proceeds": {"grandTotal": {"amount": "19.90", "currencyCode": "USD"}},
    "orderItems": [{"fulfillment": {"quantityFulfilled": 1, "quantityUnfulfilled": 2}}, {"fulfillment": {"quantityFulfilled": 3}}],
    "unknown": {"field": [1, 2]},
}
ORDER_V0 = {
    "AmazonOrderId": "111-1",
    "PurchaseDate": "2026-03-09T10:00:00.123Z",
    "LastUpdateDate": "2026-03-09T11:00:00Z",
    "OrderStatus": "PartiallyShipped",
    "MarketplaceId": "ATVPDKIKX0DER",
    "FulfillmentChannel": "AFN",
    "OrderTotal": {"CurrencyCode": "USD", "Amount": "19.90"},
    "NumberOfItemsShipped": 4,
    "NumberOfItemsUnshipped": 2,
}
PAGES = {
    "2026-01-01": {"orders": [ORDER_2026], "pagination": {"nextToken": "a+/="}, "lastUpdatedBefore": "2026-03-10T11:58:00Z"},
    "v0": {"payload": {"Orders": [ORDER_V0], "NextToken": "a+/=", "LastUpdatedBefore": "2026-03-10T11:58:00Z"}},
}


async def ask(source, samples, *, mode=Mode.INCREMENTAL, cursor=None):
    return await source.page(samples.account(), mode=mode, since=samples.noon - timedelta(hours=1), cursor=cursor, lane=Lane.SYNC)


class MemoryShop:
    """A seller's Amazon in memory."""

    def __init__(self, samples):
        self._samples = samples
        self.orders, self.inventory = MemoryOrderSource(page_size=2), MemoryInventorySource(page_size=2)

    def lists(self, numbers):
        self.orders.orders = [self._samples.order(number) for number in numbers]
        self.inventory.items = [self._samples.item(f"SKU-{number}") for number in numbers]

    def fails_once(self, error):
        self.orders.faults.append(error)
        if isinstance(error, ExpiredCursorError):
            self.inventory.expired.add("1")
        else:
            self.inventory.faults.append(error)


TROUBLE = {RateLimited: (429, "throttled"), Unavailable: (502, "amazon_unreachable"), Timeout: (504, "deadline_exceeded")}


class GatewayShop:
    """The same behind the gateway, two to a page."""

    def __init__(self, gateway, sources, api):
        self._gateway, self._api = gateway, api
        self.orders, self.inventory = sources[api]

    def lists(self, numbers):
        """Serve the orders, page by page, and then the stock."""
        pages = [numbers[start : start + 2] for start in range(0, max(1, len(numbers)), 2)]
        for wire in (self._orders, self._stock):
            for index, page in enumerate(pages):
                self._gateway.upstream(200, wire(page, None if index == len(pages) - 1 else f"page-{index}"))

    def _orders(self, page, token):
        ids = [f"111-0000000-{number:07d}" for number in page]
        if self._api == "v0":
            return {"payload": {"Orders": [ORDER_V0 | {"AmazonOrderId": one} for one in ids], **({"NextToken": token} if token else {})}}
        return {"orders": [ORDER_2026 | {"orderId": one} for one in ids], "pagination": {"nextToken": token} if token else {}}

    def _stock(self, page, token):
        items = [{"sellerSku": f"SKU-{number}", "lastUpdatedTime": "2026-03-09T11:00:00Z"} for number in page]
        return {"payload": {"inventorySummaries": items}, "pagination": {"nextToken": token} if token else {}}

    def fails_once(self, error):
        """Answer one question about orders or stock with the error's like."""
        if isinstance(error, ExpiredCursorError):
            self._gateway.upstream(400, {"errors": [{"code": "InvalidInput", "message": "nextToken has expired"}]})
        elif isinstance(error, AmazonRefusedError):
            self._gateway.own(403, error.code)
        else:
            self._gateway.own(*TROUBLE[type(error)])


@pytest.fixture(params=["memory", "2026-01-01", "v0"])
def shop(request, samples, gateway, sources):
    return MemoryShop(samples) if request.param == "memory" else GatewayShop(gateway, sources, request.param)


async def order_pages(shop, samples):
    pages = [await ask(shop.orders, samples)]
    while pages[-1].cursor is not None:
        pages.append(await ask(shop.orders, samples, cursor=pages[-1].cursor))
    return [[order.order_id for order in page.orders] for page in pages]


async def stock_page(shop, samples, cursor=None):
    return await shop.inventory.page(samples.account(), marketplace_id=samples.us, cursor=cursor, lane=Lane.SYNC, deadline_seconds=5.0)


async def stock_pages(shop, samples):
    pages = [await stock_page(shop, samples)]
    while pages[-1].cursor is not None:
        pages.append(await stock_page(shop, samples, pages[-1].cursor))
    return [[item.seller_sku for item in page.items] for page in pages]


@pytest.mark.parametrize("numbers", [[], [1], [1, 2], [1, 2, 3, 4, 5]], ids=len)
async def test_pages_hold_everything_once_and_the_last_has_no_cursor(shop, samples, numbers):
    shop.lists(numbers)
    pages = max(1, (len(numbers) + 1) // 2)
    orders, stock = await order_pages(shop, samples), await stock_pages(shop, samples)
    assert [order_id for page in orders for order_id in page] == [f"111-0000000-{number:07d}" for number in numbers]
    assert [sku for page in stock for sku in page] == [f"SKU-{number}" for number in numbers]
    assert (len(orders), len(stock)) == (pages, pages)


async def test_what_is_listed_belongs_to_the_account_that_was_asked_for(shop, samples):
    shop.lists([1])
    [order] = (await ask(shop.orders, samples)).orders
    [item] = (await stock_page(shop, samples)).items
    assert (order.account_id, order.marketplace_id) == ("acc-1", samples.us)
    assert (item.account_id, item.marketplace_id) == ("acc-1", samples.us)


@pytest.mark.parametrize(
    "error",
    [RateLimited("x"), Unavailable("x"), Timeout("x"), AmazonRefusedError("reauthorization_required", "x"), ExpiredCursorError()],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("is_order", [True, False], ids=["orders", "stock"])
async def test_trouble_is_told_by_its_kind(*, shop, samples, error, is_order):
    shop.fails_once(error)
    with pytest.raises(type(error)) as caught:
        await (ask(shop.orders, samples, cursor="1") if is_order else stock_page(shop, samples, "1"))
    assert getattr(caught.value, "code", None) == getattr(error, "code", None)


@pytest.mark.parametrize("api", ["2026-01-01", "v0"])
async def test_both_order_apis_tell_the_same_order(sources, gateway, samples, api):
    gateway.upstream(200, PAGES[api])
    page = await ask(sources[api][0], samples)
    order = page.orders[0]
    assert (order.order_id, order.status, order.fulfilled_by) == ("111-1", "PARTIALLY_SHIPPED", "AMAZON")
    assert (order.units_shipped, order.units_unshipped) == (4, 2)
    assert order.total == Money(amount=Decimal("19.90"), currency="USD")
    assert (page.cursor, page.true_until) == ("a+/=", samples.noon - timedelta(minutes=2))


async def test_numbers_become_exact_decimals(sources, gateway, samples):
    body = json.dumps(PAGES["2026-01-01"]).replace('"19.90"', "123456789012345.10").encode()
    gateway.upstream(200, body)
    page = await ask(sources["2026-01-01"][0], samples)
    assert page.orders[0].total.amount == Decimal("123456789012345.10")


@pytest.mark.parametrize(
    ("api", "mode", "since", "token"),
    [
        ("2026-01-01", Mode.BACKFILL, "createdAfter", "paginationToken"),
        ("2026-01-01", Mode.INCREMENTAL, "lastUpdatedAfter", "paginationToken"),
        ("v0", Mode.BACKFILL, "CreatedAfter", "NextToken"),
        ("v0", Mode.INCREMENTAL, "LastUpdatedAfter", "NextToken"),
    ],
)
async def test_question_has_one_window_start_and_no_end(*, sources, gateway, samples, api, mode, since, token):
    gateway.upstream(200, PAGES[api])
    await ask(sources[api][0], samples, mode=mode, cursor="a+/=")
    query = gateway.query()
    assert query[since] == "2026-03-10T11:00:00Z"
    assert query[token] == "a+/="
    assert not [name for name in query if name.lower().endswith("before")]
    request = gateway.requests[0]
    assert request.url.path == f"/v1/accounts/acc-1/spapi/orders/{api}/orders"
    assert request.headers["x-sellerport-priority"] == "sync"
    assert int(request.headers["x-sellerport-deadline-ms"]) == 25_000
    assert request.headers["authorization"].startswith("Bearer ey")


async def test_orders_without_total_have_none(sources, gateway, samples):
    gateway.upstream(200, {"orders": [ORDER_2026 | {"proceeds": {}}]})
    page = await ask(sources["2026-01-01"][0], samples)
    assert (page.orders[0].total, page.cursor, page.true_until) == (None, None, None)


async def test_stock_is_read_with_details_of_one_marketplace(sources, gateway, samples):
    summary = {
        "sellerSku": "A/1 ü",
        "asin": "B0",
        "fnSku": "X0",
        "totalQuantity": 30,
        "lastUpdatedTime": "2026-03-09T11:00:00Z",
        "inventoryDetails": {
            "fulfillableQuantity": 20,
            "inboundWorkingQuantity": 1,
            "inboundShippedQuantity": 2,
            "inboundReceivingQuantity": 3,
            "reservedQuantity": {"totalReservedQuantity": 4},
            "unfulfillableQuantity": {"totalUnfulfillableQuantity": 5},
        },
    }
    gateway.upstream(
        200, {"payload": {"inventorySummaries": [summary, {"sellerSku": "B", "lastUpdatedTime": ""}]}, "pagination": {"nextToken": "n"}}
    )
    page = await sources["v0"][1].page(samples.account(), marketplace_id=samples.us, cursor=None, lane=Lane.BACKFILL, deadline_seconds=7.5)
    first, second = page.items
    assert (first.seller_sku, first.fulfillable_quantity, first.inbound_quantity) == ("A/1 ü", 20, 6)
    assert (first.reserved_quantity, first.unfulfillable_quantity, page.cursor) == (4, 5, "n")
    assert second.last_updated == samples.noon  # Amazon tells no time: the moment of the look counts
    assert gateway.query() == {
        "details": "true",
        "granularityType": "Marketplace",
        "granularityId": samples.us,
        "marketplaceIds": samples.us,
    }
    assert gateway.requests[0].headers["x-sellerport-deadline-ms"] == "7500"


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (500, Unavailable), (503, Unavailable), (504, Timeout)])
async def test_passing_trouble_of_amazon_can_be_tried_again(sources, gateway, samples, status, kind):
    gateway.upstream(status, {"errors": [{"code": "x", "message": "y"}]}, **{"retry-after": "42"})
    with pytest.raises(kind) as caught:
        await ask(sources["v0"][0], samples)
    assert caught.value.retry_after == (42 if kind is not Timeout else None)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "throttled", RateLimited),
        (502, "amazon_unreachable", Unavailable),
        (503, "credential_unavailable", Unavailable),
        (504, "deadline_exceeded", Timeout),
        (401, "unauthenticated", Unavailable),
    ],
)
async def test_passing_trouble_of_the_gateway_can_be_tried_again(*, sources, gateway, samples, status, code, kind):
    gateway.own(status, code)
    with pytest.raises(kind):
        await ask(sources["v0"][0], samples)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "amazon_not_connected"),
        (403, "reauthorization_required"),
        (404, "account_not_found"),
        (503, "application_credentials_rejected"),
        (403, "forbidden"),
    ],
)
async def test_refusal_of_the_gateway_ends_the_run_with_its_code(sources, gateway, samples, status, code):
    gateway.own(status, code)
    with pytest.raises(AmazonRefusedError) as caught:
        await ask(sources["v0"][0], samples)
    assert (caught.value.code, caught.value.detail) == (code, "what to do")


@pytest.mark.parametrize(
    ("status", "code"), [(403, "amazon_access_denied"), (400, "amazon_request_rejected"), (404, "amazon_request_rejected")]
)
async def test_refusal_of_amazon_says_what_amazon_said(sources, gateway, samples, status, code):
    gateway.upstream(status, {"errors": [{"code": "Unauthorized", "message": "Access denied."}]})
    with pytest.raises(AmazonRefusedError) as caught:
        await ask(sources["v0"][0], samples)
    assert caught.value.code == code
    assert "Access denied." in caught.value.detail


async def test_refused_cursor_is_an_expired_one(sources, gateway, samples):
    gateway.upstream(400, {"errors": [{"code": "InvalidInput", "message": "nextToken has expired"}]})
    with pytest.raises(ExpiredCursorError):
        await ask(sources["v0"][0], samples, cursor="old")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"orders":[{}]}', b'{"orders":null}'])
async def test_unreadable_answer_is_tried_again_later(sources, gateway, samples, body):
    gateway.upstream(200, body)
    with pytest.raises(Unavailable):
        await ask(sources["2026-01-01"][0], samples)


@pytest.mark.parametrize(("fault", "kind"), [(httpx.ConnectError("no"), Unavailable), (httpx.ReadTimeout("late"), Timeout)])
async def test_gateway_away_is_tried_again_later(sources, gateway, samples, fault, kind):
    gateway.answers.append(fault)
    with pytest.raises(kind):
        await ask(sources["2026-01-01"][0], samples)
