"""Orders 2026-01-01: searchOrders and getOrder. No envelope; what is not asked for in ``includedData`` is not told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from simulator.clock import stamp
from simulator.spapi.call import Call
from simulator.spapi.operations import buyers
from simulator.spapi.operations.order_window import Names, own_order, read_page
from simulator.state.marketplaces import MARKETPLACES
from simulator.state.orders import Order, OrderItem
from simulator.web.response import Response

_NAMES = Names(
    created_after="createdAfter",
    created_before="createdBefore",
    updated_after="lastUpdatedAfter",
    updated_before="lastUpdatedBefore",
    page_size="maxResultsPerPage",
    token="paginationToken",
)


def search_orders(call: Call) -> Response:
    """GET /orders/2026-01-01/orders."""
    statuses, channels, marketplaces = (set(call.texts(name)) for name in ("fulfillmentStatuses", "fulfilledBy", "marketplaceIds"))

    def accept(order: Order) -> bool:
        return (
            (not marketplaces or order.marketplace_id in marketplaces)
            and (not statuses or order.status in statuses)
            and (not channels or order.fulfilled_by in channels)
        )

    page = read_page(call, _NAMES, accept)
    included = set(call.texts("includedData"))
    content: dict[str, Any] = {"orders": [render(order, included) for order in page.orders]}
    content["createdBefore" if page.by == "created" else "lastUpdatedBefore"] = stamp(page.until)
    if page.next_token is not None:
        content["pagination"] = {"nextToken": page.next_token}
    return Response.of(200, content)


def get_order(call: Call) -> Response:
    """GET /orders/2026-01-01/orders/{orderId}."""
    return Response.of(200, {"order": render(own_order(call), set(call.texts("includedData")))})


def render(order: Order, included: set[str]) -> dict[str, Any]:
    """The order with the data sets that were asked for."""
    marketplace = MARKETPLACES[order.marketplace_id]
    shown: dict[str, Any] = {
        "orderId": order.order_id,
        "createdTime": stamp(order.created),
        "lastUpdatedTime": stamp(order.updated),
        "programs": [],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": order.marketplace_id,
            "marketplaceName": marketplace.domain[4:].capitalize(),
        },
        "orderItems": [_render_item(order, item, included) for item in order.items],
    }
    if "BUYER" in included:
        shown["buyer"] = {"buyerName": buyers.name(order), "buyerEmail": buyers.email(order)}
    if "RECIPIENT" in included:
        shown["recipient"] = {"deliveryAddress": _address(order)}
    if "PROCEEDS" in included and order.has_total:
        shown["proceeds"] = {"grandTotal": _money(order.total, order.currency)}
    if "FULFILLMENT" in included:
        shown["fulfillment"] = {
            "fulfillmentStatus": order.status,
            "fulfilledBy": order.fulfilled_by,
            "fulfillmentServiceLevel": "STANDARD",
            "shipByWindow": {"earliestDateTime": stamp(order.created), "latestDateTime": stamp(order.created + timedelta(days=2))},
        }
    if "PACKAGES" in included:
        shown["packages"] = []
    return shown


def _render_item(order: Order, item: OrderItem, included: set[str]) -> dict[str, Any]:
    product: dict[str, Any] = {"asin": item.asin, "title": item.title, "sellerSku": item.seller_sku, "condition": {"conditionType": "NEW"}}
    if order.has_total:
        product["price"] = {"unitPrice": _money(item.unit_price, order.currency)}
    shown: dict[str, Any] = {"orderItemId": item.order_item_id, "quantityOrdered": item.quantity, "product": product}
    if "PROCEEDS" in included and order.has_total:
        shown["proceeds"] = {"proceedsTotal": _money(item.unit_price * item.quantity, order.currency)}
    if "FULFILLMENT" in included:
        open_quantity = 0 if order.status == "CANCELLED" else item.quantity - item.quantity_shipped
        shown["fulfillment"] = {"quantityFulfilled": item.quantity_shipped, "quantityUnfulfilled": open_quantity}
    if "CANCELLATION" in included and order.status == "CANCELLED":
        shown["cancellation"] = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "No longer needed"}}
    return shown


def _money(amount: Decimal, currency: str) -> dict[str, Any]:
    return {"amount": str(amount), "currencyCode": currency}


def _address(order: Order) -> dict[str, str]:
    return {
        "name": buyers.name(order),
        "addressLine1": buyers.street(order),
        "city": buyers.city(order),
        "postalCode": buyers.postal_code(order),
        "countryCode": buyers.country(order),
    }
