"""What the operations answer: written out where the state matters, generic elsewhere."""

from collections.abc import Callable

from simulator.spapi.call import Call
from simulator.spapi.operations import inventory, orders_2026, orders_v0, product_fees, restrictions, sellers, shipments, tokens
from simulator.spapi.operations.generic import generic_answer
from simulator.web.response import Response

OPERATIONS: dict[tuple[str, str], Callable[[Call], Response]] = {
    ("GET", "/orders/2026-01-01/orders"): orders_2026.search_orders,
    ("GET", "/orders/2026-01-01/orders/{orderId}"): orders_2026.get_order,
    ("GET", "/orders/v0/orders"): orders_v0.get_orders,
    ("GET", "/orders/v0/orders/{orderId}"): orders_v0.get_order,
    ("GET", "/orders/v0/orders/{orderId}/orderItems"): orders_v0.get_order_items,
    ("GET", "/orders/v0/orders/{orderId}/address"): orders_v0.get_order_address,
    ("GET", "/orders/v0/orders/{orderId}/buyerInfo"): orders_v0.get_order_buyer_info,
    ("POST", "/orders/v0/orders/{orderId}/shipmentConfirmation"): shipments.confirm_shipment,
    ("GET", "/fba/inventory/v1/summaries"): inventory.get_inventory_summaries,
    ("GET", "/sellers/v1/marketplaceParticipations"): sellers.get_marketplace_participations,
    ("GET", "/sellers/v1/account"): sellers.get_account,
    ("GET", "/listings/2021-08-01/restrictions"): restrictions.get_listings_restrictions,
    ("POST", "/products/fees/v0/items/{Asin}/feesEstimate"): product_fees.estimate_for_asin,
    ("POST", "/products/fees/v0/listings/{SellerSKU}/feesEstimate"): product_fees.estimate_for_sku,
    ("POST", "/products/fees/v0/feesEstimate"): product_fees.estimate_batch,
    ("POST", "/tokens/2021-03-01/restrictedDataToken"): tokens.create_restricted_data_token,
}


def answer(call: Call) -> Response:
    """The operation's own answer, or the generic one."""
    return OPERATIONS.get((call.operation.method, call.operation.path), generic_answer)(call)
