"""The application as the outside sees it."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Litestar
from litestar.di import Provide

from spapi_gateway.adapters.inbound.http.accounts import account_routes
from spapi_gateway.adapters.inbound.http.doors import Doors
from spapi_gateway.adapters.inbound.http.operations import operation_routes
from spapi_gateway.adapters.inbound.http.statuses import STATUSES
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.application.queries.list_operations import ListOperations
from spapi_gateway.application.queries.probe_connection import ProbeConnection
from spapi_gateway.domain.catalogue import Catalogue
from svc_kit.messaging import NatsConnection
from svc_kit.web import build_litestar, provide_caller

SERVICE: Final = "spapi-gateway"
VERSION: Final = "1.0.0"


@dataclass
class Runtime:
    """What exists only once the adapters are open."""

    doors: Doors | None = None
    probe: ProbeConnection | None = None
    credentials: CredentialCache | None = None
    nats: NatsConnection | None = None

    def the_probe(self) -> ProbeConnection:
        if self.probe is None:
            raise RuntimeError("the service has not started")
        return self.probe

    async def ping_nats(self) -> None:
        if self.nats is not None:
            await self.nats.ping()


class Gateway:
    """The ASGI application: the doors once they are open, Litestar for its own start and stop and all else."""

    def __init__(self, rest: Litestar, runtime: Runtime) -> None:
        self.rest = rest
        self._runtime = runtime

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await (self._runtime.doors or self.rest)(scope, receive, send)


def build_api(catalogue: Catalogue, runtime: Runtime | None = None, **options: Any) -> Litestar:
    """Return the Litestar part: all that is not a door; enough to print the OpenAPI document."""
    return build_litestar(
        service=SERVICE,
        version=VERSION,
        description="The only way out to Amazon: authenticates, paces, signs, retries and streams every SP-API operation.",
        route_handlers=[*account_routes((runtime or Runtime()).the_probe), *operation_routes(ListOperations(catalogue))],
        statuses=STATUSES,
        dependencies={"caller": Provide(provide_caller, sync_to_thread=False)},
        **options,
    )
