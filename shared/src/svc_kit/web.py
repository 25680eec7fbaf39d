"""Builds the Litestar application of a service: what every service has, once."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import structlog
from litestar import Litestar, Response, get
from litestar.config.app import AppConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp, ControllerRouterHandler, Message, Middleware, Receive, Scope, Send

from svc_kit.health import ReadinessCheck, health_routes
from svc_kit.identity import Caller, Forbidden, TokenVerifier, Unauthenticated
from svc_kit.ids import uuid7
from svc_kit.metrics import METRICS_MEDIA_TYPE, HttpMetrics
from svc_kit.problem import exception_handlers
from svc_kit.unread_body import answers_after_the_body

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT: Final = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
AnyConnection = ASGIConnection[Any, Any, Any, Any]
AnyGuard = Callable[[AnyConnection, BaseRouteHandler], Any]
_COMMON: Final = {"unauthenticated": 401, "forbidden": 403}


def request_ids(app: ASGIApp) -> ASGIApp:
    """Take `x-request-id` from the caller or make one, bind it (and the trace id) to the logs, and send it back."""

    async def identified(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid7()
        trace = _TRACEPARENT.fullmatch(headers.get(b"traceparent", b"").decode("latin-1"))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, **({"trace_id": trace[1]} if trace else {}))

        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        await app(scope, receive, stamp)

    return identified


def _authentication(verifier: TokenVerifier | None) -> AnyGuard:
    async def authenticate(connection: AnyConnection, handler: BaseRouteHandler) -> None:
        if handler.opt.get("public") or connection.scope["type"] != ScopeType.HTTP:
            return
        if verifier is None:
            raise ImproperlyConfiguredException(f"{handler} is not public and the application has no verifier")
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("send Authorization: Bearer <token>")
        caller = await verifier.verify(token.strip())
        connection.scope["state"]["caller"] = caller
        structlog.contextvars.bind_contextvars(caller=caller.subject, tenant=caller.tenant)

    return authenticate


def caller_of(connection: AnyConnection) -> Caller:
    """Return the authenticated caller of a handler that is not public."""
    return cast("Caller", connection.scope["state"]["caller"])


def provide_caller(scope: Scope) -> Caller:
    """Dependency: a handler that takes `caller: NamedDependency[Caller]` gets the authenticated caller."""
    return cast("Caller", scope["state"]["caller"])


def requires(scope: str) -> AnyGuard:
    """Guard: only a service that was granted `scope` for this audience."""

    def check(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        if not caller_of(connection).has(scope):
            raise Forbidden(f"this needs a service token with the scope {scope}")

    return check


def user_only(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """Guard: only an end user."""
    if caller_of(connection).kind != "user":
        raise Forbidden("this is for signed-in users; a service token does not do")


def user_or(scope: str) -> AnyGuard:
    """Guard: an end user, or a service that was granted `scope`."""

    def check(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        caller = caller_of(connection)
        if caller.kind != "user" and not caller.has(scope):
            raise Forbidden(f"this is for signed-in users, or services with the scope {scope}")

    return check


class _ServiceApp(Litestar):
    """Litestar with msgspec alone: its pydantic plug-in would cost each process 9 MB where pydantic happens to be installed."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def build_litestar(
    *,
    service: str,
    version: str,
    route_handlers: Sequence[ControllerRouterHandler],
    statuses: Mapping[str, int],
    readiness: Sequence[ReadinessCheck] = (),
    verifier: TokenVerifier | None = None,
    lifespan: Sequence[Any] = (),
    max_body: int = 1 << 20,
    middleware: Sequence[Middleware] = (),
    dependencies: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    description: str = "",
) -> Litestar:
    """Return the application: health, metrics, request ids, problems, bearer authentication and OpenAPI included.

    Every handler needs a bearer token unless its `opt` says `public=True`; `lifespan` are Litestar lifespan contexts.
    """
    metrics = HttpMetrics(service)

    @get("/metrics", opt={"public": True}, tags=["operations"], include_in_schema=False, sync_to_thread=False)
    def show_metrics() -> Response[bytes]:
        return Response(metrics.render(), media_type=METRICS_MEDIA_TYPE)

    security = SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
    app = _ServiceApp.from_config(
        AppConfig(
            route_handlers=[*route_handlers, *health_routes(readiness), show_metrics],
            exception_handlers=exception_handlers({**_COMMON, **statuses}),
            guards=[_authentication(verifier)],
            middleware=list(middleware),
            lifespan=list(lifespan),
            request_max_body_size=max_body,
            dependencies=dict(dependencies or {}),
            state=State({**(state or {}), "metrics": metrics}),
            openapi_config=OpenAPIConfig(
                title=service,
                version=version,
                description=description or None,
                components=Components(security_schemes={"bearer": security}),
                security=[{"bearer": []}],
            ),
            logging_config=None,
            debug=False,
        )
    )
    # Around the router, so that a path nobody serves has a request id and is counted as well.
    app.asgi_handler = answers_after_the_body(request_ids(metrics.middleware(app.asgi_handler)))
    return app
