"""GET /v1/operations."""

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from spapi_gateway.application.queries.list_operations import ListOperations
from spapi_gateway.domain.operations import Operation, RdtRule


class OperationView(msgspec.Struct, omit_defaults=True):
    """One operation: how to call it, and what Amazon allows."""

    operation: str
    method: str
    path: str
    rate: float
    burst: int
    is_plan_published: bool = True
    restricted: str | None = None
    data_elements: list[str] = []
    grantless_scope: str | None = None
    deprecated_since: str | None = None
    removal: str | None = None
    successor: str | None = None
    sandbox_only: bool = False

    @classmethod
    def of(cls, operation: Operation) -> "OperationView":
        return cls(
            operation=operation.name,
            method=operation.method,
            path=operation.template,
            rate=operation.rate,
            burst=operation.burst,
            is_plan_published=operation.is_plan_published,
            restricted=None if operation.rdt is RdtRule.NEVER else operation.rdt.value,
            data_elements=list(operation.data_elements),
            grantless_scope=operation.grantless_scope,
            deprecated_since=operation.deprecated_since,
            removal=operation.removal,
            successor=operation.successor,
            sandbox_only=operation.sandbox_only,
        )


class OperationList(msgspec.Struct):
    """All operations that match."""

    items: list[OperationView]


def operation_routes(list_operations: ListOperations) -> list[HTTPRouteHandler]:
    """Return the route; any authenticated caller may read it, the facts are public."""

    @get("/v1/operations", tags=["operations"], sync_to_thread=False)
    def operations(api: FromQuery[str | None] = None) -> OperationList:
        """List the published SP-API operations with their usage plans; `api` narrows it to one API."""
        return OperationList([OperationView.of(operation) for operation in list_operations(api)])

    return [operations]
