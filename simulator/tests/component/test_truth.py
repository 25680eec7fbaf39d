from typing import Any

CREATED = "2026-03-01T23:30:00Z"


async def _world(amazon: Any) -> str:
    seller = str(await amazon.seller("EU", ("DE", "UK")))
    for order_id, status, country, amount in (
        ("1", "SHIPPED", "DE", "10.10"),
        ("2", "UNSHIPPED", "DE", "20.25"),
        ("3", "PENDING", "DE", "99.99"),
        ("4", "CANCELLED", "DE", "50.00"),
        ("5", "PARTIALLY_SHIPPED", "UK", "0.05"),
    ):
        await amazon.control(
            "POST",
            f"sellers/{seller}/orders",
            order_id=order_id,
            status=status,
            marketplace_id=country,
            total={"amount": amount},
            created=CREATED,
        )
    for sku, fulfillable in (("A", 0), ("B", 1), ("C", 9), ("D", 10)):
        await amazon.control(
            "POST", f"sellers/{seller}/inventory", seller_sku=sku, marketplace_id="DE", fulfillable=fulfillable, inbound_shipped=1
        )
    return seller


async def test_the_kpis_follow_the_specifications_formulas(amazon: Any) -> None:
    seller = await _world(amazon)
    truth = (await amazon.main.get(f"/_sim/sellers/{seller}/truth")).json()
    orders = truth["orders"]
    assert orders["totalOrders"] == 4
    assert orders["totalRevenue"] == [{"currency": "EUR", "amount": "30.35"}, {"currency": "GBP", "amount": "0.05"}]
    assert orders["averageOrderValue"] == [{"currency": "EUR", "amount": "15.18"}, {"currency": "GBP", "amount": "0.05"}]
    assert orders["unshippedOrders"] == 2
    assert orders["byStatus"] == {"CANCELLED": 1, "PARTIALLY_SHIPPED": 1, "PENDING": 1, "SHIPPED": 1, "UNSHIPPED": 1}
    assert truth["inventory"] == {"totalSKUs": 4, "totalQuantity": 24, "lowStockItems": 2, "outOfStockItems": 1}


async def test_days_are_the_zones_own_and_the_end_is_exclusive(amazon: Any) -> None:
    seller = await _world(amazon)

    async def days(**query: str) -> list[str]:
        truth = (await amazon.main.get(f"/_sim/sellers/{seller}/truth", params=query)).json()
        return [day["day"] for day in truth["orders"]["byDay"]]

    assert await days() == ["2026-03-01"]
    assert await days(tz="Europe/Berlin") == ["2026-03-02"]
    assert await days(**{"from": CREATED}) == ["2026-03-01"]
    assert await days(to=CREATED) == []
    assert await days(**{"from": "2026-03-02", "to": "2026-03-03", "tz": "Europe/Berlin"}) == ["2026-03-02"]


async def test_one_marketplace_alone(amazon: Any) -> None:
    seller = await _world(amazon)
    truth = (await amazon.main.get(f"/_sim/sellers/{seller}/truth", params={"marketplace": "A1F83G8C2ARO7P"})).json()
    assert truth["orders"]["totalOrders"] == 1
    assert truth["inventory"]["totalSKUs"] == 0
