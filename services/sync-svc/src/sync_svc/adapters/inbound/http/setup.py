"""GET /api/v1/dashboard/setup-status."""

from collections.abc import Callable

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from svc_kit.identity import Caller
from sync_svc.adapters.inbound.http.access import reader
from sync_svc.adapters.inbound.http.bodies import SetupEnvelope, SetupFigures
from sync_svc.application.use_cases import UseCases


def setup_routes(api: Callable[[], UseCases]) -> list[HTTPRouteHandler]:
    """Return the route; `api` gives the use cases once the service has started."""

    @get("/api/v1/dashboard/setup-status", tags=["dashboard"], guards=[reader])
    async def setup_status(caller: NamedDependency[Caller]) -> SetupEnvelope:
        """Say whether Amazon is connected, which settings are missing, and how much has been read."""
        return SetupEnvelope(data=SetupFigures.of(await api().setup(caller.require_tenant())))

    return [setup_status]
