"""Stock by the FBA Inventory API v1 (getInventorySummaries)."""

from datetime import datetime
from typing import Final

import msgspec

from svc_kit.clock import Clock
from svc_kit.errors import Unavailable
from sync_svc.adapters.outbound.gateway.client import GatewayClient
from sync_svc.application.ports.sources import InventoryPage
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane
from sync_svc.domain.inventory import InventoryItem

_PATH: Final = "/fba/inventory/v1/summaries"


class _Reserved(msgspec.Struct, rename="camel"):
    total_reserved_quantity: int = 0


class _Unfulfillable(msgspec.Struct, rename="camel"):
    total_unfulfillable_quantity: int = 0


class _Details(msgspec.Struct, rename="camel"):
    fulfillable_quantity: int = 0
    inbound_working_quantity: int = 0
    inbound_shipped_quantity: int = 0
    inbound_receiving_quantity: int = 0
    reserved_quantity: _Reserved = msgspec.field(default_factory=_Reserved)
    unfulfillable_quantity: _Unfulfillable = msgspec.field(default_factory=_Unfulfillable)


class _Summary(msgspec.Struct, rename="camel"):
    seller_sku: str
    asin: str | None = None
    fn_sku: str | None = None
    product_name: str | None = None
    condition: str | None = None
    total_quantity: int = 0
    last_updated_time: str | None = None
    inventory_details: _Details = msgspec.field(default_factory=_Details)


class _Payload(msgspec.Struct, rename="camel"):
    inventory_summaries: list[_Summary]


class _Pagination(msgspec.Struct, rename="camel"):
    next_token: str | None = None


class _Answer(msgspec.Struct):
    payload: _Payload
    pagination: _Pagination | None = None


_DECODER: Final = msgspec.json.Decoder(_Answer)


class FbaInventorySource:
    """Implements `InventorySource`."""

    def __init__(self, client: GatewayClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def page(
        self, account: Account, *, marketplace_id: str, cursor: str | None, lane: Lane, deadline_seconds: float | None
    ) -> InventoryPage:
        query = {"details": "true", "granularityType": "Marketplace", "granularityId": marketplace_id, "marketplaceIds": marketplace_id}
        if cursor is not None:
            query["nextToken"] = cursor
        content = await self._client.get(account, _PATH, query, lane=lane, is_paging=cursor is not None, deadline_seconds=deadline_seconds)
        seen_at = self._clock.now()
        try:
            answer = _DECODER.decode(content)
            items = [_item(account, marketplace_id, summary, seen_at) for summary in answer.payload.inventory_summaries]
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unavailable("Amazon's list of stock could not be read", retry_after=30) from error
        next_token = answer.pagination.next_token if answer.pagination else None
        return InventoryPage(items=items, cursor=next_token or None)


def _item(account: Account, marketplace_id: str, summary: _Summary, seen_at: datetime) -> InventoryItem:
    details = summary.inventory_details
    return InventoryItem(
        account_id=account.id,
        marketplace_id=marketplace_id,
        seller_sku=summary.seller_sku,
        asin=summary.asin,
        fn_sku=summary.fn_sku,
        product_name=summary.product_name,
        condition=summary.condition,
        total_quantity=summary.total_quantity,
        fulfillable_quantity=details.fulfillable_quantity,
        reserved_quantity=details.reserved_quantity.total_reserved_quantity,
        inbound_quantity=details.inbound_working_quantity + details.inbound_shipped_quantity + details.inbound_receiving_quantity,
        unfulfillable_quantity=details.unfulfillable_quantity.total_unfulfillable_quantity,
        # Amazon leaves the time empty for some SKUs; then the moment of the look counts.
        last_updated=datetime.fromisoformat(summary.last_updated_time) if summary.last_updated_time else seen_at,
    )
