import pytest

READS = [
    "/api/v1/dashboard/amazon-orders",
    "/api/v1/dashboard/amazon-inventory",
    "/api/v1/dashboard/amazon-inventory/items",
    "/api/v1/dashboard/setup-status",
    "/api/v1/sync/runs",
]
SYNC = "/api/v1/integrations/amazon/sync"
EVENTS = "/api/v1/events"


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    ("caller", "status"),
    [(None, 401), ("forged", 401), ("service", 403), ("operator-without-tenant", 403), ("operator", 200), ("seller", 200)],
)
async def test_who_may_read(service, path, caller, status):
    answer = await service.get(path, caller)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["code"] == {401: "unauthenticated", 403: "forbidden"}[status]


@pytest.mark.parametrize(
    ("caller", "query", "status"),
    [
        (None, "", 401),
        ("forged", "", 401),
        ("service", "", 403),
        ("operator-without-tenant", "", 403),
        ("seller", "?force=true", 403),
        ("seller", "", 202),
        ("operator", "", 202),
        ("operator", "?force=true", 202),
    ],
)
async def test_who_may_start_a_sync(service, caller, query, status):
    await service.fill()
    assert (await service.post(SYNC + query, caller)).status_code == status


@pytest.mark.parametrize(("caller", "status"), [("forged", 401), ("service", 403), ("operator-without-tenant", 403)])
async def test_who_may_not_listen(service, caller, status):
    heard = await service.listen(EVENTS, caller)
    await heard.until("code")
    assert heard.status == status


async def test_no_tenant_sees_anything_of_another(service, samples):
    await service.fill("acme", orders=[samples.order(1)], items=[samples.item("secret-sku")])
    await service.post(SYNC, "seller")
    orders = await service.get(READS[0] + "?from=2026-03-01&to=2026-04-01", "rival")
    assert orders.json()["data"]["totalOrders"] == 0
    assert orders.json()["data"]["as_of"] is None
    assert (await service.get(READS[1], "rival")).json()["data"]["totalSKUs"] == 0
    assert (await service.get(READS[2] + "?account_id=acc-1", "rival")).json()["data"]["items"] == []
    assert (await service.get(READS[3], "rival")).json()["data"]["integrations"]["amazon"]["status"] == "not_connected"
    assert (await service.get(READS[4], "rival")).json()["items"] == []
    refused = await service.post(SYNC, "rival")
    assert (refused.status_code, refused.json()["code"]) == (409, "amazon_not_connected")
