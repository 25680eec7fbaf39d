"""FBA Inventory v1: getInventorySummaries."""

from datetime import timedelta
from itertools import islice
from typing import Any

from simulator.clock import stamp_seconds
from simulator.spapi import cursors
from simulator.spapi.call import Call
from simulator.spapi.refusal import invalid_input
from simulator.state.inventory import StockItem
from simulator.web.response import Response

PAGE = 50
_TOKEN_LIFE = timedelta(seconds=30)
_OLDEST_START = timedelta(days=548)  # 18 months


def get_inventory_summaries(call: Call) -> Response:
    """GET /fba/inventory/v1/summaries. The paging token lives 30 seconds; quantities in detail only with ``details=true``."""
    marketplace_id = call.text("granularityId") or ""
    if [marketplace_id] != call.texts("marketplaceIds"):
        raise invalid_input("granularityId and marketplaceIds must name the same marketplace.")
    start = call.moment("startDateTime")
    if start is not None and not call.now - _OLDEST_START <= start <= call.now:
        raise invalid_input("startDateTime must lie in the last 18 months.")
    one_sku = call.text("sellerSku")
    skus = set(call.texts("sellerSkus")) | ({one_sku} if one_sku else set())
    cursor = cursors.read(call, "nextToken", _TOKEN_LIFE)
    behind = cursor.last_id if cursor else None

    def accept(item: StockItem) -> bool:
        return item.updated >= start if start is not None else not skus or item.seller_sku in skus

    items = list(islice((item for item in call.seller_shop.stock.sorted(marketplace_id, behind=behind) if accept(item)), PAGE + 1))
    page = items[:PAGE]
    call.entry.ids = [item.seller_sku for item in page]
    content: dict[str, Any] = {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": marketplace_id},
            "inventorySummaries": [_render(item, details=call.flag("details")) for item in page],
        }
    }
    if len(items) > PAGE:
        content["pagination"] = {"nextToken": cursors.issue(call, "nextToken", last_id=page[-1].seller_sku)}
    return Response.of(200, content)


def _render(item: StockItem, *, details: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "asin": item.asin,
        "fnSku": item.fn_sku,
        "sellerSku": item.seller_sku,
        "condition": item.condition,
        "lastUpdatedTime": stamp_seconds(item.updated),
        "productName": item.product_name,
        "totalQuantity": item.total,
        "stores": [],
    }
    if details:
        shown["inventoryDetails"] = {
            "fulfillableQuantity": item.fulfillable,
            "inboundWorkingQuantity": item.inbound_working,
            "inboundShippedQuantity": item.inbound_shipped,
            "inboundReceivingQuantity": item.inbound_receiving,
            "reservedQuantity": {
                "totalReservedQuantity": item.reserved,
                "pendingCustomerOrderQuantity": item.reserved_orders,
                "pendingTransshipmentQuantity": item.reserved_transshipment,
                "fcProcessingQuantity": item.reserved_processing,
            },
            "researchingQuantity": {"totalResearchingQuantity": item.researching, "researchingQuantityBreakdown": []},
            "unfulfillableQuantity": {
                "totalUnfulfillableQuantity": item.damaged + item.defective,
                "customerDamagedQuantity": 0,
                "warehouseDamagedQuantity": item.damaged,
                "distributorDamagedQuantity": 0,
                "carrierDamagedQuantity": 0,
                "defectiveQuantity": item.defective,
                "expiredQuantity": 0,
            },
        }
    return shown
