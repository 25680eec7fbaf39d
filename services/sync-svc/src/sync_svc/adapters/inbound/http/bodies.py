"""What the dashboard API answers; the field names are the dashboard's own."""

from datetime import datetime

import msgspec

from sync_svc.application.queries.inventory_dashboard import InventoryAnswer
from sync_svc.application.queries.orders_dashboard import OrdersAnswer
from sync_svc.application.queries.setup_status import SetupAnswer
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.money import Money
from sync_svc.domain.order_kpis import Bucket


class Amount(msgspec.Struct, kw_only=True):
    """A decimal text and its currency."""

    currency: str
    amount: str

    @classmethod
    def many(cls, sums: tuple[Money, ...]) -> list["Amount"]:
        """Return one amount per currency."""
        return [cls(currency=money.currency, amount=money.text()) for money in sums]


class DayFigures(msgspec.Struct, kw_only=True):
    """Orders and revenue of a day."""

    day: str
    orders: int
    revenue: list[Amount]


class MarketplaceFigures(msgspec.Struct, kw_only=True):
    """Orders and revenue of a marketplace."""

    marketplace: str
    orders: int
    revenue: list[Amount]


class OrderFigures(msgspec.Struct, kw_only=True, rename="camel"):
    """The orders of a period; all but cancelled ones count, amounts are per currency."""

    total_orders: int
    total_revenue: list[Amount]
    average_order_value: list[Amount]
    unshipped_orders: int
    by_status: dict[str, int]
    by_day: list[DayFigures]
    by_marketplace: list[MarketplaceFigures]
    last_synced: datetime | None
    as_of: datetime | None = msgspec.field(name="as_of")

    @classmethod
    def of(cls, answer: OrdersAnswer) -> "OrderFigures":
        """Put the answer into the dashboard's words."""
        kpis = answer.kpis
        return cls(
            total_orders=kpis.total_orders,
            total_revenue=Amount.many(kpis.total_revenue),
            average_order_value=Amount.many(kpis.average_order_value),
            unshipped_orders=kpis.unshipped_orders,
            by_status=kpis.by_status,
            by_day=[_day(bucket) for bucket in kpis.by_day],
            by_marketplace=[_marketplace(bucket) for bucket in kpis.by_marketplace],
            last_synced=answer.truth.last_synced,
            as_of=answer.truth.as_of,
        )


class InventoryFigures(msgspec.Struct, kw_only=True, rename="camel"):
    """The stock of all SKUs."""

    total_skus: int = msgspec.field(name="totalSKUs")
    total_quantity: int
    low_stock_items: int
    out_of_stock_items: int
    last_synced: datetime | None
    as_of: datetime | None = msgspec.field(name="as_of")

    @classmethod
    def of(cls, answer: InventoryAnswer) -> "InventoryFigures":
        """Put the answer into the dashboard's words."""
        totals = answer.totals
        return cls(
            total_skus=totals.total_skus,
            total_quantity=totals.total_quantity,
            low_stock_items=totals.low_stock_items,
            out_of_stock_items=totals.out_of_stock_items,
            last_synced=answer.truth.last_synced,
            as_of=answer.truth.as_of,
        )


class ItemBody(msgspec.Struct, kw_only=True, rename="camel"):
    """The stock of one SKU in one marketplace."""

    account_id: str
    marketplace: str
    seller_sku: str
    asin: str | None
    fn_sku: str | None
    product_name: str | None
    condition: str | None
    total_quantity: int
    fulfillable_quantity: int
    reserved_quantity: int
    inbound_quantity: int
    unfulfillable_quantity: int
    is_low_stock: bool
    is_out_of_stock: bool
    last_updated: datetime

    @classmethod
    def of(cls, item: InventoryItem) -> "ItemBody":
        """Put the item into the dashboard's words."""
        return cls(
            account_id=item.account_id,
            marketplace=item.marketplace_id,
            seller_sku=item.seller_sku,
            asin=item.asin,
            fn_sku=item.fn_sku,
            product_name=item.product_name,
            condition=item.condition,
            total_quantity=item.total_quantity,
            fulfillable_quantity=item.fulfillable_quantity,
            reserved_quantity=item.reserved_quantity,
            inbound_quantity=item.inbound_quantity,
            unfulfillable_quantity=item.unfulfillable_quantity,
            is_low_stock=item.is_low,
            is_out_of_stock=item.is_out_of_stock,
            last_updated=item.last_updated,
        )


class ItemPage(msgspec.Struct, kw_only=True, rename="camel"):
    """A page of items; `nextCursor` is null on the last."""

    items: list[ItemBody]
    next_cursor: str | None
    as_of: datetime | None = msgspec.field(name="as_of")


class AmazonSetup(msgspec.Struct, kw_only=True, rename="camel"):
    """The Amazon integration: connected, not_connected or configuration_error with the settings that are missing."""

    status: str
    missing: list[str]
    error: str | None
    last_sync: datetime | None
    inventory_count: int
    order_count: int


class Integrations(msgspec.Struct, kw_only=True):
    """The integrations there are."""

    amazon: AmazonSetup


class SetupFigures(msgspec.Struct, kw_only=True):
    """What is set up."""

    integrations: Integrations
    as_of: datetime | None

    @classmethod
    def of(cls, answer: SetupAnswer) -> "SetupFigures":
        """Put the answer into the dashboard's words."""
        amazon = AmazonSetup(
            status=answer.status,
            missing=list(answer.missing),
            error=answer.error,
            last_sync=answer.last_sync,
            inventory_count=answer.inventory_count,
            order_count=answer.order_count,
        )
        return cls(integrations=Integrations(amazon=amazon), as_of=answer.last_sync)


class OrdersEnvelope(msgspec.Struct, kw_only=True):
    """The dashboard's envelope."""

    data: OrderFigures
    success: bool = True


class InventoryEnvelope(msgspec.Struct, kw_only=True):
    """The dashboard's envelope."""

    data: InventoryFigures
    success: bool = True


class ItemsEnvelope(msgspec.Struct, kw_only=True):
    """The dashboard's envelope."""

    data: ItemPage
    success: bool = True


class SetupEnvelope(msgspec.Struct, kw_only=True):
    """The dashboard's envelope."""

    data: SetupFigures
    success: bool = True


def _day(bucket: Bucket) -> DayFigures:
    return DayFigures(day=bucket.key, orders=bucket.orders, revenue=Amount.many(bucket.revenue))


def _marketplace(bucket: Bucket) -> MarketplaceFigures:
    return MarketplaceFigures(marketplace=bucket.key, orders=bucket.orders, revenue=Amount.many(bucket.revenue))
