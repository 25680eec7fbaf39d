"""Orders by the Orders API 2026-01-01 (searchOrders)."""

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

_PATH: Final = "/orders/2026-01-01/orders"
_SINCE: Final = {Mode.BACKFILL: "createdAfter", Mode.INCREMENTAL: "lastUpdatedAfter"}


class _Amount(msgspec.Struct):
    amount: Decimal
    currencyCode: str  # noqa: N815 - Amazon's name


class _Proceeds(msgspec.Struct):
    grandTotal: _Amount | None = None  # noqa: N815 - Amazon's name


class _Fulfillment(msgspec.Struct):
    fulfillmentStatus: str  # noqa: N815 - Amazon's name
    fulfilledBy: str | None = None  # noqa: N815 - Amazon's name


class _ItemFulfillment(msgspec.Struct):
    quantityFulfilled: int = 0  # noqa: N815 - Amazon's name
    quantityUnfulfilled: int = 0  # noqa: N815 - Amazon's name


class _Item(msgspec.Struct):
    fulfillment: _ItemFulfillment = msgspec.field(default_factory=_ItemFulfillment)


class _SalesChannel(msgspec.Struct):
    marketplaceId: str  # noqa: N815 - Amazon's name


class _Order(msgspec.Struct):
    orderId: str  # noqa: N815 - Amazon's name
    createdTime: datetime  # noqa: N815 - Amazon's name
    lastUpdatedTime: datetime  # noqa: N815 - Amazon's name
    salesChannel: _SalesChannel  # noqa: N815 - Amazon's name
    fulfillment: _Fulfillment
    proceeds: _Proceeds | None = None
    orderItems: list[_Item] = msgspec.field(default_factory=list[_Item])  # noqa: N815 - Amazon's name


class _Pagination(msgspec.Struct):
    nextToken: str | None = None  # noqa: N815 - Amazon's name


class _Answer(msgspec.Struct):
    orders: list[_Order]
    pagination: _Pagination | None = None
    lastUpdatedBefore: datetime | None = None  # noqa: N815 - Amazon's name
    createdBefore: datetime | None = None  # noqa: N815 - Amazon's name


_DECODER: Final = msgspec.json.Decoder(_Answer)


class Orders2026Source:
    """Implements `OrderSource`; only the fields the dashboard needs are decoded, and no buyer data is asked for."""

    def __init__(self, client: GatewayClient) -> None:
        self._client = client

    async def page(self, account: Account, *, mode: Mode, since: datetime, cursor: str | None, lane: Lane) -> OrderPage:
        query = {
            _SINCE[mode]: since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "marketplaceIds": ",".join(account.marketplaces),
            "includedData": "PROCEEDS,FULFILLMENT",
            "maxResultsPerPage": "100",
        }
        if cursor is not None:
            query["paginationToken"] = cursor
        content = await self._client.get(account, _PATH, query, lane=lane, is_paging=cursor is not None)
        try:
            answer = _DECODER.decode(content)
            orders = [_order(account, order) for order in answer.orders]
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unavailable("Amazon's list of orders could not be read", retry_after=30) from error
        next_token = answer.pagination.nextToken if answer.pagination else None
        return OrderPage(orders=orders, cursor=next_token or None, true_until=answer.lastUpdatedBefore or answer.createdBefore)


def _order(account: Account, order: _Order) -> Order:
    total = order.proceeds.grandTotal if order.proceeds else None
    return Order(
        account_id=account.id,
        order_id=order.orderId,
        marketplace_id=order.salesChannel.marketplaceId,
        status=order.fulfillment.fulfillmentStatus,
        created=order.createdTime,
        last_updated=order.lastUpdatedTime,
        total=Money(amount=total.amount, currency=total.currencyCode) if total else None,
        fulfilled_by=order.fulfillment.fulfilledBy,
        units_shipped=sum(item.fulfillment.quantityFulfilled for item in order.orderItems),
        units_unshipped=sum(item.fulfillment.quantityUnfulfilled for item in order.orderItems),
    )
