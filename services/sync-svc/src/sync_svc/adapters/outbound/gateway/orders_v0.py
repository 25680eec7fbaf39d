"""Orders by the Orders API v0 (getOrders), the fallback until its removal on 27 March 2027."""

from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from svc_kit.errors import Unavailable
from sync_svc.adapters.outbound.gateway.client import GatewayClient
from sync_svc.application.ports.sources import OrderPage
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane, Mode
from sync_svc.domain.money import Money
from sync_svc.domain.order import Order

_PATH: Final = "/orders/v0/orders"
_SINCE: Final = {Mode.BACKFILL: "CreatedAfter", Mode.INCREMENTAL: "LastUpdatedAfter"}
_STATUS: Final = {
    "PendingAvailability": "PENDING_AVAILABILITY",
    "Pending": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
    "InvoiceUnconfirmed": "INVOICE_UNCONFIRMED",
}
_FULFILLED_BY: Final = {"AFN": "AMAZON", "MFN": "MERCHANT"}


class _Amount(msgspec.Struct, rename="pascal"):
    amount: Decimal
    currency_code: str


class _Order(msgspec.Struct, rename="pascal"):
    amazon_order_id: str
    purchase_date: datetime
    last_update_date: datetime
    order_status: str
    marketplace_id: str
    fulfillment_channel: str | None = None
    order_total: _Amount | None = None
    number_of_items_shipped: int = 0
    number_of_items_unshipped: int = 0


class _Payload(msgspec.Struct, rename="pascal"):
    orders: list[_Order]
    next_token: str | None = None
    last_updated_before: datetime | None = None
    created_before: datetime | None = None


class _Answer(msgspec.Struct):
    payload: _Payload


_DECODER: Final = msgspec.json.Decoder(_Answer)


class OrdersV0Source:
    """Implements `OrderSource`; statuses are translated into those of 2026-01-01."""

    def __init__(self, client: GatewayClient) -> None:
        self._client = client

    async def page(self, account: Account, *, mode: Mode, since: datetime, cursor: str | None, lane: Lane) -> OrderPage:
        query = {
            _SINCE[mode]: since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "MarketplaceIds": ",".join(account.marketplaces),
            "MaxResultsPerPage": "100",
        }
        if cursor is not None:
            query["NextToken"] = cursor
        content = await self._client.get(account, _PATH, query, lane=lane, is_paging=cursor is not None)
        try:
            payload = _DECODER.decode(content).payload
            orders = [_order(account, order) for order in payload.orders]
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unavailable("Amazon's list of orders could not be read", retry_after=30) from error
        return OrderPage(orders=orders, cursor=payload.next_token or None, true_until=payload.last_updated_before or payload.created_before)


def _order(account: Account, order: _Order) -> Order:
    total = order.order_total
    return Order(
        account_id=account.id,
        order_id=order.amazon_order_id,
        marketplace_id=order.marketplace_id,
        status=_STATUS.get(order.order_status, order.order_status.upper()),
        created=order.purchase_date,
        last_updated=order.last_update_date,
        total=Money(amount=total.amount, currency=total.currency_code) if total else None,
        fulfilled_by=_FULFILLED_BY.get(order.fulfillment_channel or ""),
        units_shipped=order.number_of_items_shipped,
        units_unshipped=order.number_of_items_unshipped,
    )
