"""Orders v0: wrapped in ``payload``, its own status words, personal data only with a restricted data token."""

from typing import Any

from simulator.clock import stamp_seconds
from simulator.spapi.call import Call
from simulator.spapi.operations import buyers
from simulator.spapi.operations.order_window import Names, own_order, read_page
from simulator.spapi.refusal import invalid_input
from simulator.state.marketplaces import MARKETPLACES
from simulator.state.orders import Order, OrderItem
from simulator.web.response import Response

_NAMES = Names(
    created_after="CreatedAfter",
    created_before="CreatedBefore",
    updated_after="LastUpdatedAfter",
    updated_before="LastUpdatedBefore",
    page_size="MaxResultsPerPage",
    token="NextToken",
)
STATUSES = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
_CHANNELS = {"AMAZON": "AFN", "MERCHANT": "MFN"}
_KNOWN_STATUSES = {*STATUSES.values(), "InvoiceUnconfirmed"}


def get_orders(call: Call) -> Response:
    """GET /orders/v0/orders. A list of order ids narrows the window; it does not replace it."""
    statuses, channels, ids = (set(call.texts(name)) for name in ("OrderStatuses", "FulfillmentChannels", "AmazonOrderIds"))
    marketplaces = set(call.texts("MarketplaceIds"))
    if not statuses <= _KNOWN_STATUSES:
        raise invalid_input(f"OrderStatuses takes {', '.join(sorted(_KNOWN_STATUSES))}.")
    if not channels <= set(_CHANNELS.values()):
        raise invalid_input("FulfillmentChannels takes AFN, MFN.")

    def accept(order: Order) -> bool:
        return (
            order.marketplace_id in marketplaces
            and (not statuses or STATUSES[order.status] in statuses)
            and (not channels or _CHANNELS[order.fulfilled_by] in channels)
            and (not ids or order.order_id in ids)
        )

    page = read_page(call, _NAMES, accept)
    payload: dict[str, Any] = {"Orders": [_render(call, order) for order in page.orders]}
    payload["CreatedBefore" if page.by == "created" else "LastUpdatedBefore"] = stamp_seconds(page.until)
    if page.next_token is not None:
        payload["NextToken"] = page.next_token
    return Response.of(200, {"payload": payload})


def get_order(call: Call) -> Response:
    """GET /orders/v0/orders/{orderId}."""
    return Response.of(200, {"payload": _render(call, own_order(call))})


def get_order_items(call: Call) -> Response:
    """GET /orders/v0/orders/{orderId}/orderItems; always one page."""
    order = own_order(call)
    if call.text("NextToken") is not None:
        raise invalid_input("NextToken is invalid.")
    return Response.of(
        200, {"payload": {"AmazonOrderId": order.order_id, "OrderItems": [_render_item(order, item) for item in order.items]}}
    )


def get_order_address(call: Call) -> Response:
    """GET /orders/v0/orders/{orderId}/address; the restricted token was checked at the door."""
    order = own_order(call)
    return Response.of(200, {"payload": {"AmazonOrderId": order.order_id, "ShippingAddress": _address(order, full=True)}})


def get_order_buyer_info(call: Call) -> Response:
    """GET /orders/v0/orders/{orderId}/buyerInfo; the restricted token was checked at the door."""
    order = own_order(call)
    return Response.of(
        200, {"payload": {"AmazonOrderId": order.order_id, "BuyerEmail": buyers.email(order), "BuyerName": buyers.name(order)}}
    )


def _render(call: Call, order: Order) -> dict[str, Any]:
    shipped = sum(item.quantity_shipped for item in order.items)
    ordered = 0 if order.status == "CANCELLED" else sum(item.quantity for item in order.items)
    shown: dict[str, Any] = {
        "AmazonOrderId": order.order_id,
        "PurchaseDate": stamp_seconds(order.created),
        "LastUpdateDate": stamp_seconds(order.updated),
        "OrderStatus": STATUSES[order.status],
        "FulfillmentChannel": _CHANNELS[order.fulfilled_by],
        "SalesChannel": MARKETPLACES[order.marketplace_id].domain[4:].capitalize(),
        "ShipServiceLevel": "Standard",
        "NumberOfItemsShipped": shipped,
        "NumberOfItemsUnshipped": max(0, ordered - shipped),
        "PaymentMethod": "Other",
        "MarketplaceId": order.marketplace_id,
        "OrderType": "StandardOrder",
        "IsPrime": False,
        "IsBusinessOrder": False,
        "IsReplacementOrder": False,
    }
    if order.has_total:
        shown["OrderTotal"] = {"CurrencyCode": order.currency, "Amount": str(order.total)}
    if call.pii_allowed("buyerInfo"):
        shown["BuyerInfo"] = {"BuyerEmail": buyers.email(order), "BuyerName": buyers.name(order)}
    shown["ShippingAddress"] = _address(order, full=call.pii_allowed("shippingAddress"))
    return shown


def _render_item(order: Order, item: OrderItem) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ASIN": item.asin,
        "SellerSKU": item.seller_sku,
        "OrderItemId": item.order_item_id,
        "Title": item.title,
        "QuantityOrdered": item.quantity,
        "QuantityShipped": item.quantity_shipped,
        "ConditionId": "New",
    }
    if order.has_total:
        shown["ItemPrice"] = {"CurrencyCode": order.currency, "Amount": str(item.unit_price * item.quantity)}
    return shown


def _address(order: Order, *, full: bool) -> dict[str, str]:
    shown = {"City": buyers.city(order), "PostalCode": buyers.postal_code(order), "CountryCode": buyers.country(order)}
    return {"Name": buyers.name(order), "AddressLine1": buyers.street(order), **shown} if full else shown
