"""GET /api/v1/dashboard/amazon-orders."""

from collections.abc import Callable
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from svc_kit.clock import Clock
from svc_kit.identity import Caller
from sync_svc.adapters.inbound.http.access import reader
from sync_svc.adapters.inbound.http.bodies import OrderFigures, OrdersEnvelope
from sync_svc.adapters.inbound.http.filters import account_filter, marketplace_filter
from sync_svc.application.ports.order_repository import OrderFilter
from sync_svc.application.use_cases import UseCases
from sync_svc.domain.period import Period

_FROM = "First day, such as 2026-01-31; thirty days before `to` by default."
_TO = "The day after the last one; tomorrow by default."
_TZ = "IANA time zone in which days begin and end; UTC by default."


def order_routes(api: Callable[[], UseCases], clock: Clock) -> list[HTTPRouteHandler]:
    """Return the route; `api` gives the use cases once the service has started."""

    @get("/api/v1/dashboard/amazon-orders", tags=["dashboard"], guards=[reader])
    async def amazon_orders(
        *,
        caller: NamedDependency[Caller],
        first: Annotated[str | None, QueryParameter(name="from", description=_FROM)] = None,
        end: Annotated[str | None, QueryParameter(name="to", description=_TO)] = None,
        tz: Annotated[str | None, QueryParameter(name="tz", description=_TZ)] = None,
        marketplace: Annotated[str | None, QueryParameter(name="marketplace", description="Only this marketplace id.")] = None,
        account_id: Annotated[str | None, QueryParameter(name="account_id", description="Only this account.")] = None,
    ) -> OrdersEnvelope:
        """Return the figures of the orders created in from ≤ day < to, per currency; cancelled ones count in `byStatus` only."""
        wanted = OrderFilter(
            period=Period.parse(first, end, tz, now=clock.now()),
            marketplace_id=marketplace_filter(marketplace),
            account_id=account_filter(account_id),
        )
        answer = await api().orders(caller.require_tenant(), wanted)
        return OrdersEnvelope(data=OrderFigures.of(answer))

    return [amazon_orders]
