"""The application as the outside sees it."""

from typing import Any, Final

from litestar import Litestar
from litestar.di import Provide

from svc_kit.clock import Clock
from svc_kit.errors import Unavailable
from svc_kit.web import build_litestar, provide_caller
from sync_svc.adapters.inbound.http.inventory import inventory_routes
from sync_svc.adapters.inbound.http.orders import order_routes
from sync_svc.adapters.inbound.http.runs import run_routes
from sync_svc.adapters.inbound.http.setup import setup_routes
from sync_svc.adapters.inbound.http.statuses import STATUSES
from sync_svc.adapters.inbound.sse.endpoint import event_routes
from sync_svc.adapters.inbound.sse.hub import LiveHub
from sync_svc.application.ports.event_log import EventLog
from sync_svc.application.use_cases import UseCases

SERVICE: Final = "sync-svc"
VERSION: Final = "1.0.0"


class Served:
    """What the handlers reach for; it is there once the service has started."""

    def __init__(self) -> None:
        self._use_cases: UseCases | None = None
        self._hub: LiveHub | None = None

    def start(self, use_cases: UseCases, event_log: EventLog, clock: Clock) -> None:
        """Make the live feed and tie the kept answers to it."""
        cache = use_cases.cache
        self._use_cases = use_cases
        self._hub = LiveHub(event_log, clock, on_change=cache.changed, on_feed=lambda is_fed: cache.fed(is_fed=is_fed))

    def use_cases(self) -> UseCases:
        """Return the use cases; raise `Unavailable` before the start."""
        if self._use_cases is None:
            raise Unavailable("The service is starting.")
        return self._use_cases

    def hub(self) -> LiveHub:
        """Return the live feed; raise `Unavailable` before the start."""
        if self._hub is None:
            raise Unavailable("The service is starting.")
        return self._hub

    def end_streams(self) -> None:
        """End every open event stream: its clients come back elsewhere with their last id."""
        if self._hub is not None:
            self._hub.close()


def build_api(served: Served, clock: Clock, *, has_api: bool = True, **options: Any) -> Litestar:
    """Return the application; without the role `api` it has health and metrics only. Enough to print the OpenAPI document."""
    routes = [
        *order_routes(served.use_cases, clock),
        *inventory_routes(served.use_cases),
        *setup_routes(served.use_cases),
        *run_routes(served.use_cases),
        *event_routes(served.hub),
    ]
    return build_litestar(
        service=SERVICE,
        version=VERSION,
        description="Keeps orders and inventory in step with Amazon, answers the dashboard, and pushes changes live.",
        route_handlers=routes if has_api else [],
        statuses=STATUSES,
        dependencies={"caller": Provide(provide_caller, sync_to_thread=False)},
        state={"served": served},
        **options,
    )


def end_streams(app: Litestar) -> None:
    """End every open event stream of an application that drains."""
    app.state["served"].end_streams()
