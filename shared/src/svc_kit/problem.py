"""RFC 9457 problem documents: one shape for every failure, one table of statuses per service."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from svc_kit.errors import Conflict, DomainError, PortError, RateLimited, Timeout
from svc_kit.logs import get_logger

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
_PORT_CODES: Final = {"RateLimited": "rate_limited", "Timeout": "deadline_exceeded", "Conflict": "conflict"}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The document: `code` is the stable slug, `detail` says what is wrong and what cures it."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    request_id: str | None = None
    errors: list[Any] = msgspec.field(default_factory=list)

    @classmethod
    def of(cls, status: int, code: str, detail: str = "", *, request_id: str | None = None, errors: list[Any] | None = None) -> "Problem":
        """Build a document from a slug; the title is the slug in words."""
        title = code.replace("_", " ").capitalize()
        return cls(
            type=f"urn:sellerport:problem:{code}",
            title=title,
            status=status,
            code=code,
            detail=detail,
            request_id=request_id,
            errors=errors or [],
        )


def retry_after_header(seconds: float | None) -> dict[str, str]:
    """Return the Retry-After header in whole seconds, rounded up and never zero; empty when there is no hint."""
    return {} if seconds is None else {"retry-after": str(max(1, ceil(seconds)))}


def current_request_id() -> str | None:
    """Return the id of the request being served, bound by the request-id middleware."""
    value = structlog.contextvars.get_contextvars().get("request_id")
    return value if isinstance(value, str) else None


def problem_response(
    status: int, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, errors: list[Any] | None = None
) -> Response[Problem]:
    """Return a problem document as a response."""
    body = Problem.of(status, code, detail, request_id=current_request_id(), errors=errors)
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA_TYPE, headers=dict(headers or {}))


def exception_handlers(statuses: Mapping[str, int]) -> ExceptionHandlersMap:  # pyright: ignore[reportUnknownParameterType] - Litestar leaves the request type open
    """Return Litestar's handlers for a service whose refusals map slug → status as `statuses` says.

    A slug that is not in the table answers 400. Port failures answer 503 (429, 504, 409 by kind) with Retry-After where
    one is known. Anything else is a bug: 500, logged once, nothing of it shown.
    """

    def refused(_request: Request[Any, Any, Any], error: DomainError) -> Response[Problem]:
        retry_after = error.context.get("retry_after")
        headers = retry_after_header(float(retry_after)) if isinstance(retry_after, int | float) else {}
        return problem_response(statuses.get(error.code, HTTPStatus.BAD_REQUEST), error.code, error.detail, headers=headers)

    def port_failed(_request: Request[Any, Any, Any], error: PortError) -> Response[Problem]:
        status = {"RateLimited": 429, "Timeout": 504, "Conflict": 409}.get(type(error).__name__, 503)
        code = _PORT_CODES.get(type(error).__name__, "temporarily_unavailable")
        get_logger().warning("port_failed", error=type(error).__name__, detail=error.detail)
        wait = error.retry_after if isinstance(error, RateLimited | Timeout | Conflict) else (error.retry_after or 1)
        return problem_response(status, code, error.detail or "Try again shortly.", headers=retry_after_header(wait))

    def invalid(_request: Request[Any, Any, Any], error: ValidationException) -> Response[Problem]:
        errors = list(error.extra) if isinstance(error.extra, list) else []
        return problem_response(400, "invalid_request", str(error.detail), errors=errors)

    def http_failed(_request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
        code = {
            400: "invalid_request",
            401: "unauthenticated",
            403: "forbidden",
            404: "not_found",
            405: "method_not_allowed",
            413: "body_too_large",
            415: "unsupported_media_type",
        }.get(error.status_code, "http_error")
        return problem_response(error.status_code, code, str(error.detail), headers=error.headers)

    def bug(_request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
        get_logger().error("unexpected_error", exc_info=error)
        return problem_response(500, "internal_error", "This is our fault; the request id finds it in the logs.")

    return {
        DomainError: refused,
        PortError: port_failed,
        ValidationException: invalid,
        HTTPException: http_failed,
        Exception: bug,
    }
