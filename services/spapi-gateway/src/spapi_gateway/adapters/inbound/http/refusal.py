"""A refusal as an RFC 9457 problem document, made without the web framework."""

import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import msgspec

from spapi_gateway.adapters.inbound.http.statuses import STATUSES, status_of
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.errors import DomainError, PortError
from svc_kit.problem import Problem

_SOURCE = (b"x-sellerport-response-source", b"gateway")
_TYPE = (b"content-type", b"application/problem+json")
_TRY_AGAIN: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Status, slug and cure of what the gateway itself answers."""

    status: int
    code: str
    detail: str
    retry_after: float | None = None
    allow: tuple[str, ...] = field(default=())

    def render(self, request_id: str, *, is_dropin: bool) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """Return body and headers.

        At the drop-in door the document also has `errors: [{code, message, details}]` (an extension member, RFC 9457
        section 3.2), because an SP-API SDK takes a body without `errors` for a success.
        """
        errors: list[Any] = [{"code": self.code, "message": self.detail, "details": f"request_id {request_id}"}] if is_dropin else []
        body = msgspec.json.encode(Problem.of(self.status, self.code, self.detail, request_id=request_id, errors=errors))
        headers = [_TYPE, (b"content-length", str(len(body)).encode()), _SOURCE, (b"x-sellerport-request-id", request_id.encode())]
        if self.retry_after is not None:
            headers.append((b"retry-after", str(max(1, math.ceil(self.retry_after))).encode()))
        if self.allow:
            headers.append((b"allow", ", ".join(self.allow).encode()))
        if self.status == 401:  # noqa: PLR2004 - RFC 9110 section 11.6.1 wants the challenge
            headers.append((b"www-authenticate", b"Bearer"))
        return body, headers


def refusal_of(error: DomainError | PortError) -> Refusal:
    """Return what is answered for a refusal of the rules or a failure of a port."""
    if isinstance(error, DomainError):
        refused = error if isinstance(error, CallRefusedError) else None
        return Refusal(
            status=STATUSES.get(error.code, 400),
            code=error.code,
            detail=error.detail,
            retry_after=refused.retry_after if refused else None,
            allow=refused.allow if refused else (),
        )
    status, code = status_of(error)
    retry_after = error.retry_after if status in _TRY_AGAIN else None
    return Refusal(
        status=status,
        code=code,
        detail=error.detail or "Try again shortly.",
        retry_after=retry_after or (1.0 if status == HTTPStatus.SERVICE_UNAVAILABLE else None),
    )
