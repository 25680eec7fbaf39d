"""The subject `token-svc.tokens.issue.v1`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
import structlog

from svc_kit.errors import DomainError, PortError, RateLimited, Timeout
from svc_kit.identity import TokenVerifier, Unauthenticated
from svc_kit.ids import uuid7
from svc_kit.logs import get_logger
from svc_kit.messaging import RpcError
from svc_kit.problem import Problem
from token_svc.adapters.inbound.statuses import STATUSES
from token_svc.adapters.inbound.token_desk import TokenBody, TokenDesk

SUBJECT: Final = "token-svc.tokens.issue.v1"
QUEUE: Final = "token-svc"
Handler = Callable[[bytes, Mapping[str, str]], Awaitable[bytes]]


def issue_rpc(desk: TokenDesk, verifier: TokenVerifier) -> Handler:
    """Return the handler: the body and the answers of POST /v1/tokens, the bearer token in the `authorization` header."""

    async def handle(content: bytes, headers: Mapping[str, str]) -> bytes:
        request_id = headers.get("x-request-id") or uuid7()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            scheme, _, bearer = headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not bearer:
                raise Unauthenticated("send the header authorization: Bearer <token>")
            caller = await verifier.verify(bearer.strip())
            structlog.contextvars.bind_contextvars(caller=caller.subject)
            body = msgspec.json.decode(content, type=TokenBody)
            return msgspec.json.encode(await desk.serve(caller, body, desk.deadline(headers.get("x-deadline-ms"))))
        except msgspec.MsgspecError as error:
            raise RpcError(Problem.of(400, "invalid_request", str(error), request_id=request_id)) from None
        except DomainError as error:
            wait = error.context.get("retry_after")
            problem = Problem.of(STATUSES.get(error.code, 400), error.code, error.detail, request_id=request_id)
            raise RpcError(problem, float(wait) if isinstance(wait, int | float) else None) from error
        except PortError as error:
            raise _port_failure(error, request_id) from error

    return handle


def _port_failure(error: PortError, request_id: str) -> RpcError:
    get_logger().warning("port_failed", error=type(error).__name__, detail=error.detail)
    status, code = 503, "temporarily_unavailable"
    if isinstance(error, Timeout):
        status, code = 504, "deadline_exceeded"
    elif isinstance(error, RateLimited):
        status, code = 429, "rate_limited"
    return RpcError(Problem.of(status, code, error.detail, request_id=request_id), error.retry_after or 1)
