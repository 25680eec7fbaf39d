from dataclasses import replace

import pytest

ORDERS = "/api/v1/dashboard/amazon-orders?from=2026-03-01&to=2026-04-01"
INVENTORY = "/api/v1/dashboard/amazon-inventory"


async def test_orders_answer_has_the_figures_of_the_specification(service, samples):
    orders = [
        samples.order(1, amount="10.01"),
        samples.order(2, amount="20.00", status="PARTIALLY_SHIPPED"),
        samples.order(3, amount=None, status="PENDING"),
        samples.order(4, amount="99.00", status="CANCELLED"),
        samples.order(5, amount="1000", currency="JPY", status="SHIPPED", marketplace_id="A1VC38T7YXB528", created=samples.noon),
    ]
    await service.fill(orders=orders)
    answer = await service.get(ORDERS)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "data": {
            "totalOrders": 4,
            "totalRevenue": [{"currency": "JPY", "amount": "1000"}, {"currency": "USD", "amount": "30.01"}],
            "averageOrderValue": [{"currency": "JPY", "amount": "1000"}, {"currency": "USD", "amount": "15.00"}],
            "unshippedOrders": 2,
            "byStatus": {"CANCELLED": 1, "PARTIALLY_SHIPPED": 1, "PENDING": 1, "SHIPPED": 1, "UNSHIPPED": 1},
            "byDay": [
                {"day": "2026-03-09", "orders": 3, "revenue": [{"currency": "USD", "amount": "30.01"}]},
                {"day": "2026-03-10", "orders": 1, "revenue": [{"currency": "JPY", "amount": "1000"}]},
            ],
            "byMarketplace": [
                {"marketplace": "A1VC38T7YXB528", "orders": 1, "revenue": [{"currency": "JPY", "amount": "1000"}]},
                {"marketplace": "ATVPDKIKX0DER", "orders": 3, "revenue": [{"currency": "USD", "amount": "30.01"}]},
            ],
            "lastSynced": "2026-03-10T12:00:00Z",
            "as_of": "2026-03-10T11:58:00Z",
        },
    }


async def test_orders_follow_zone_and_marketplace(service, samples):
    await service.fill(orders=[samples.order(1, created=samples.noon.replace(day=31, hour=23))])
    assert (await service.get(ORDERS)).json()["data"]["totalOrders"] == 1
    assert (await service.get(ORDERS + "&tz=Europe/Berlin")).json()["data"]["totalOrders"] == 0
    assert (await service.get(ORDERS + "&marketplace=A1PA6795UKMFR9")).json()["data"]["totalOrders"] == 0
    assert (await service.get(ORDERS + "&account_id=other")).json()["data"]["totalOrders"] == 0


async def test_period_is_the_last_thirty_days_unless_asked(service, samples):
    days = [samples.noon.replace(day=10), samples.noon.replace(month=2, day=9), samples.noon.replace(month=2, day=8)]
    await service.fill(orders=[samples.order(number, created=day) for number, day in enumerate(days)])
    assert (await service.get("/api/v1/dashboard/amazon-orders")).json()["data"]["totalOrders"] == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-03-02&to=2026-03-01", "from must be before to"),
        ("from=2026-03-01&to=2026-03-01", "from must be before to"),
        ("from=yesterday", "from must be a date"),
        ("to=2026-02-30", "to must be a date"),
        ("from=0001-01-01&to=0001-01-02", "must lie between"),
        ("from=2020-01-01&to=2026-01-01", "At most 800 days"),
        ("tz=Mars/Base", "IANA time zone"),
        ("tz=../../etc/passwd", "IANA time zone"),
        ("marketplace=usa", "marketplace id"),
        ("account_id=a%27b", "account_id must be"),
    ],
)
async def test_bad_question_gets_a_clear_problem(service, query, said):
    answer = await service.get(f"/api/v1/dashboard/amazon-orders?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert (body["code"], body["type"], body["status"]) == ("invalid_parameter", "urn:sellerport:problem:invalid_parameter", 400)
    assert said in body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]


async def test_inventory_answer_has_the_figures_of_the_specification(service, samples):
    items = [
        samples.item("a", total_quantity=12, fulfillable_quantity=10),
        samples.item("b", total_quantity=5, fulfillable_quantity=5),
        samples.item("c", total_quantity=0, fulfillable_quantity=0),
    ]
    await service.fill(items=items)
    assert (await service.get(INVENTORY)).json() == {
        "success": True,
        "data": {
            "totalSKUs": 3,
            "totalQuantity": 17,
            "lowStockItems": 1,
            "outOfStockItems": 1,
            "lastSynced": "2026-03-10T12:00:00Z",
            "as_of": "2026-03-10T11:58:00Z",
        },
    }


async def test_inventory_items_page_through_everything_once(service, samples):
    await service.fill(items=[samples.item(f"sku {number}/ü") for number in range(5)])
    seen, cursor = [], ""
    while cursor is not None:
        page = (await service.get(f"{INVENTORY}/items?limit=2{cursor and f'&cursor={cursor}'}")).json()["data"]
        seen += [item["sellerSku"] for item in page["items"]]
        cursor = page["nextCursor"]
    assert seen == [f"sku {number}/ü" for number in range(5)]


@pytest.mark.parametrize("query", ["cursor=%21%21", "cursor=e30", "limit=0", "limit=501", "limit=x", "stock=plenty"])
async def test_bad_item_question_gets_a_problem(service, query):
    answer = await service.get(f"{INVENTORY}/items?{query}")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (400, "application/problem+json")


async def test_setup_status_tells_connection_and_counts(service, samples):
    empty = (await service.get("/api/v1/dashboard/setup-status")).json()["data"]["integrations"]["amazon"]
    assert (empty["status"], empty["missing"], empty["lastSync"], empty["orderCount"]) == ("not_connected", [], None, 0)
    await service.fill(orders=[samples.order(1)], items=[samples.item("a"), samples.item("b")])
    await service.log.append(tenant="acme", type="sync-svc.account.changed.v1", data=b"{}")
    await service.settle()
    full = (await service.get("/api/v1/dashboard/setup-status")).json()["data"]["integrations"]["amazon"]
    assert full == {
        "status": "connected",
        "missing": [],
        "error": None,
        "lastSync": "2026-03-10T12:00:00Z",
        "inventoryCount": 2,
        "orderCount": 1,
    }


async def test_rejected_application_credentials_show_as_configuration_error(service):
    await service.fill()
    state = service.uow.state.freshness
    for key, record in list(state.items()):
        state[key] = replace(record, last_error="application_credentials_rejected")
    amazon = (await service.get("/api/v1/dashboard/setup-status")).json()["data"]["integrations"]["amazon"]
    assert amazon["status"] == "configuration_error"
    assert amazon["missing"] == ["AMAZON_LWA_CLIENT_ID", "AMAZON_LWA_CLIENT_SECRET"]


async def test_answers_are_kept_until_a_change_of_the_tenant_is_told(service, samples):
    await service.fill(orders=[samples.order(1)])
    assert (await service.get(ORDERS)).json()["data"]["totalOrders"] == 1
    await service.fill(orders=[samples.order(2)])
    await service.log.append(tenant="rival", type="sync-svc.order.changed.v1", data=b"{}")
    await service.settle()
    assert (await service.get(ORDERS)).json()["data"]["totalOrders"] == 1
    await service.log.append(tenant="acme", type="sync-svc.order.changed.v1", data=b"{}")
    await service.settle()
    assert (await service.get(ORDERS)).json()["data"]["totalOrders"] == 2


async def test_nothing_is_kept_longer_than_five_minutes_or_without_the_feed(service, samples, clock):
    await service.fill(orders=[samples.order(1)])
    await service.get(ORDERS)
    await service.fill(orders=[samples.order(2)])
    clock.advance(301)
    assert (await service.get(ORDERS)).json()["data"]["totalOrders"] == 2
    await service.log.cut(is_away=True)
    await service.settle()
    await service.fill(orders=[samples.order(3)])
    assert (await service.get(ORDERS)).json()["data"]["totalOrders"] == 3


async def test_store_away_answers_503_with_retry_after_and_recovers(service, samples):
    await service.fill(orders=[samples.order(1)])
    service.uow.is_away = True
    answer = await service.get(ORDERS)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "temporarily_unavailable", "1")
    service.uow.is_away = False
    assert (await service.get(ORDERS)).status_code == 200
