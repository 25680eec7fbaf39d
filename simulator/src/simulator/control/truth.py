"""The KPIs as they must be, worked out from the state alone, by the formulas of the product's specification."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.state.inventory import StockItem
from simulator.state.marketplaces import currency_digits
from simulator.state.orders import Order
from simulator.state.sellers import Shop
from simulator.web.request import BadRequestError

REORDER_POINT = 10


def truth_of(shop: Shop, query: dict[str, str]) -> dict[str, Any]:
    """Orders created in [from, to) and the whole stock, as the dashboard names the figures."""
    try:
        zone = ZoneInfo(query.get("tz") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise BadRequestError("tz must be an IANA zone") from None
    begin, end = (_edge(query.get(name), zone) for name in ("from", "to"))
    marketplace = query.get("marketplace")
    orders = [
        order
        for order in shop.orders
        if (begin is None or order.created >= begin)
        and (end is None or order.created < end)
        and marketplace in (None, "", order.marketplace_id)
    ]
    stock = [item for item in shop.stock if marketplace in (None, "", item.marketplace_id)]
    return {"orders": _orders(orders, zone), "inventory": _inventory(stock)}


def _edge(text: str | None, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequestError("from and to are dates or ISO 8601 times") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _orders(orders: list[Order], zone: ZoneInfo) -> dict[str, Any]:
    counted = [order for order in orders if order.status != "CANCELLED"]
    with_total = Counter(order.currency for order in counted if order.has_total)
    revenue = _revenue(counted)
    days: dict[str, list[Order]] = defaultdict(list)
    marketplaces: dict[str, list[Order]] = defaultdict(list)
    for order in counted:
        days[order.created.astimezone(zone).date().isoformat()].append(order)
        marketplaces[order.marketplace_id].append(order)
    return {
        "totalOrders": len(counted),
        "totalRevenue": _amounts(revenue),
        "averageOrderValue": _amounts({currency: amount / with_total[currency] for currency, amount in revenue.items()}),
        "unshippedOrders": sum(order.status in {"UNSHIPPED", "PARTIALLY_SHIPPED"} for order in counted),
        "byStatus": dict(sorted(Counter(order.status for order in orders).items())),
        "byDay": [{"day": day, "orders": len(days[day]), "revenue": _amounts(_revenue(days[day]))} for day in sorted(days)],
        "byMarketplace": [
            {"marketplace": name, "orders": len(marketplaces[name]), "revenue": _amounts(_revenue(marketplaces[name]))}
            for name in sorted(marketplaces)
        ],
        "orderCount": len(orders),
    }


def _revenue(orders: Iterable[Order]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        if order.has_total:
            sums[order.currency] += order.total
    return sums


def _amounts(sums: dict[str, Decimal]) -> list[dict[str, str]]:
    return [
        {"currency": currency, "amount": str(sums[currency].quantize(Decimal(1).scaleb(-currency_digits(currency)), ROUND_HALF_EVEN))}
        for currency in sorted(sums)
    ]


def _inventory(stock: list[StockItem]) -> dict[str, Any]:
    return {
        "totalSKUs": len(stock),
        "totalQuantity": sum(item.total for item in stock),
        "lowStockItems": sum(0 < item.fulfillable < REORDER_POINT for item in stock),
        "outOfStockItems": sum(item.fulfillable == 0 for item in stock),
    }
