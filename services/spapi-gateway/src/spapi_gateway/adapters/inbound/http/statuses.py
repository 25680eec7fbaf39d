"""Which HTTP status each refusal answers."""

from collections.abc import Mapping
from typing import Final

from spapi_gateway.application.ports.upstream import AnswerCutError, AnswerLostError, NonsenseAnswerError, NotConnectedError
from svc_kit.errors import Conflict, PortError, RateLimited, Timeout

STATUSES: Final[Mapping[str, int]] = {
    "unsafe_path": 400,
    "unsafe_query": 400,
    "invalid_header": 400,
    "invalid_account": 400,
    "body_not_allowed": 400,
    "malformed_json": 400,
    "credential_refused": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "service_only": 403,
    "amazon_not_connected": 403,
    "reauthorization_required": 403,
    "restricted_token_rejected": 403,
    "role_refused": 403,
    "scope_rejected": 400,
    "account_has_no_role": 409,
    "wrong_account_kind": 409,
    "application_not_found": 404,
    "unknown_operation": 404,
    "account_not_found": 404,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "throttled": 429,
    "restricted_token_by_gateway": 403,
    "invalid_restricted_resources": 400,
}

# Most specific first: the first match decides.
_PORTS: Final[tuple[tuple[type[PortError], int, str], ...]] = (
    (NotConnectedError, 502, "amazon_unreachable"),
    (AnswerLostError, 502, "amazon_answer_lost"),
    (NonsenseAnswerError, 502, "amazon_answer_unreadable"),
    (AnswerCutError, 502, "amazon_answer_cut"),
    (Timeout, 504, "deadline_exceeded"),
    (RateLimited, 429, "throttled"),
    (Conflict, 409, "conflict"),
)


def status_of(error: PortError) -> tuple[int, str]:
    """Return status and slug of a port's failure; what has no line of its own is a credential that cannot be had: 503."""
    for kind, status, code in _PORTS:
        if isinstance(error, kind):
            return status, code
    return 503, "credential_unavailable"
