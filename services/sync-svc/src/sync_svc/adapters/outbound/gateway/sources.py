"""The sources of a worker, by the configured Orders API."""

from svc_kit.clock import Clock
from sync_svc.adapters.outbound.gateway.client import GatewayClient
from sync_svc.adapters.outbound.gateway.inventory import FbaInventorySource
from sync_svc.adapters.outbound.gateway.orders_2026 import Orders2026Source
from sync_svc.adapters.outbound.gateway.orders_v0 import OrdersV0Source
from sync_svc.application.ports.sources import InventorySource, OrderSource


def gateway_sources(client: GatewayClient, clock: Clock, *, orders_api: str) -> tuple[OrderSource, InventorySource]:
    """Return the two sources; `orders_api` is 2026-01-01 or v0."""
    orders: OrderSource = OrdersV0Source(client) if orders_api == "v0" else Orders2026Source(client)
    return orders, FbaInventorySource(client, clock)
