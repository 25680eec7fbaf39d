"""/api/v1/amazon/connection."""

from litestar import delete, get
from litestar.di import NamedDependency

from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import ConnectionView, connection_view
from account_svc.application.use_cases import UseCases
from svc_kit.identity import Caller
from svc_kit.web import user_or


@get("/api/v1/amazon/connection", guards=[user_or("accounts:admin")], tags=["connect"])
async def connection_status(caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]) -> ConnectionView:
    """Say whether the tenant's Amazon is connected."""
    return connection_view(await use_cases.connection_status(tenant_of(caller)))


@delete("/api/v1/amazon/connection", guards=[user_or("accounts:admin")], tags=["connect"])
async def end_connection(caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]) -> None:
    """Disconnect everything the tenant has at Amazon."""
    await use_cases.end_connection(tenant_of(caller))
