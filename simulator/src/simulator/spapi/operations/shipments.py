"""Orders v0: confirmShipment, the one way in which a seller's own shipment changes an order."""

from typing import Any

import msgspec

from simulator.spapi.call import Call
from simulator.spapi.operations.order_window import own_order
from simulator.spapi.refusal import invalid_input
from simulator.state.orders import Order
from simulator.web.response import Response

_OPEN = {"UNSHIPPED", "PARTIALLY_SHIPPED"}


def confirm_shipment(call: Call) -> Response:
    """POST /orders/v0/orders/{orderId}/shipmentConfirmation. What was shipped already cannot be shipped again: an effect shows once."""
    order, package = own_order(call), call.body["packageDetail"]
    if order.marketplace_id != call.body["marketplaceId"]:
        raise invalid_input("marketplaceId is not the order's.")
    if order.fulfilled_by != "MERCHANT" or order.status not in _OPEN:
        raise invalid_input("The order is not the seller's to ship, or not any more.")
    shipped = _quantities(package)
    items = [
        msgspec.structs.replace(item, quantity_shipped=item.quantity_shipped + shipped.pop(item.order_item_id, 0)) for item in order.items
    ]
    if shipped:
        raise invalid_input(f"The order has no item {next(iter(shipped))}.")
    if any(item.quantity_shipped > item.quantity for item in items):
        raise invalid_input("More is shipped than was ordered.")
    status = "SHIPPED" if all(item.quantity_shipped == item.quantity for item in items) else "PARTIALLY_SHIPPED"
    changed: Order = msgspec.structs.replace(order, items=items, status=status, updated=call.now)
    call.seller_shop.orders.put(changed)
    call.world.files.mark_changed()
    return Response(204)


def _quantities(package: Any) -> dict[str, int]:
    wanted = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems")
    if not isinstance(package, dict) or not all(package.get(name) for name in wanted) or not isinstance(package["orderItems"], list):
        raise invalid_input(f"packageDetail needs {', '.join(wanted)}.")
    quantities: dict[str, int] = {}
    for item in package["orderItems"]:
        quantity = item.get("quantity") if isinstance(item, dict) else None
        if not isinstance(quantity, int) or quantity < 1 or not isinstance(item.get("orderItemId"), str):
            raise invalid_input("Each order item needs orderItemId and a quantity of at least 1.")
        quantities[item["orderItemId"]] = quantities.get(item["orderItemId"], 0) + quantity
    return quantities
