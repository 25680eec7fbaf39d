"""GET /api/v1/dashboard/amazon-inventory and its items."""

from collections.abc import Callable
from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from svc_kit.identity import Caller
from sync_svc.adapters.inbound.http.access import reader
from sync_svc.adapters.inbound.http.bodies import InventoryEnvelope, InventoryFigures, ItemBody, ItemPage, ItemsEnvelope
from sync_svc.adapters.inbound.http.cursors import decode_cursor, encode_cursor
from sync_svc.adapters.inbound.http.filters import account_filter, marketplace_filter
from sync_svc.application.ports.inventory_repository import InventoryFilter
from sync_svc.application.use_cases import UseCases

_Marketplace = Annotated[str | None, QueryParameter(name="marketplace", description="Only this marketplace id.")]
_Account = Annotated[str | None, QueryParameter(name="account_id", description="Only this account.")]


def inventory_routes(api: Callable[[], UseCases]) -> list[HTTPRouteHandler]:
    """Return the routes; `api` gives the use cases once the service has started."""

    @get("/api/v1/dashboard/amazon-inventory", tags=["dashboard"], guards=[reader])
    async def amazon_inventory(
        caller: NamedDependency[Caller], marketplace: _Marketplace = None, account_id: _Account = None
    ) -> InventoryEnvelope:
        """Return the stock figures: SKUs, units, and how many SKUs are low or out."""
        wanted = InventoryFilter(marketplace_id=marketplace_filter(marketplace), account_id=account_filter(account_id))
        return InventoryEnvelope(data=InventoryFigures.of(await api().inventory(caller.require_tenant(), wanted)))

    @get("/api/v1/dashboard/amazon-inventory/items", tags=["dashboard"], guards=[reader])
    async def amazon_inventory_items(
        *,
        caller: NamedDependency[Caller],
        marketplace: _Marketplace = None,
        account_id: _Account = None,
        stock: Annotated[Literal["low", "out"] | None, QueryParameter(name="stock", description="Only SKUs that are low or out.")] = None,
        limit: Annotated[int, QueryParameter(name="limit", ge=1, le=500)] = 100,
        cursor: Annotated[str | None, QueryParameter(name="cursor", description="`nextCursor` of the page before.")] = None,
    ) -> ItemsEnvelope:
        """Return the SKUs in order of SKU, a page at a time."""
        tenant = caller.require_tenant()
        chosen = InventoryFilter(marketplace_id=marketplace_filter(marketplace), account_id=account_filter(account_id))
        wanted = InventoryFilter(marketplace_id=chosen.marketplace_id, account_id=chosen.account_id, stock=stock)
        page = await api().inventory.items(tenant, wanted, limit=limit, after=decode_cursor(cursor))
        truth = (await api().inventory(tenant, chosen)).truth
        items = [ItemBody.of(item) for item in page.items]
        return ItemsEnvelope(data=ItemPage(items=items, next_cursor=encode_cursor(page.following), as_of=truth.as_of))

    return [amazon_inventory, amazon_inventory_items]
