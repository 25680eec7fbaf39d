"""One table: which refusal is answered with which HTTP status, over HTTP (the drop-in endpoint too) and NATS alike."""

from collections.abc import Mapping
from typing import Final

STATUSES: Final[Mapping[str, int]] = {
    "unauthenticated": 401,
    "forbidden": 403,
    "amazon_not_connected": 403,
    "reauthorization_required": 403,
    "account_not_found": 404,
    "application_not_found": 404,
    "client_not_found": 404,
    "account_has_no_role": 409,
    "authorization_code_rejected": 400,
    "scope_rejected": 400,
    "restricted_token_rejected": 403,
    "role_refused": 403,
    "invalid_request": 400,
    "invalid_grant": 400,
    "unsupported_grant_type": 400,
    "malformed_handle": 400,
    "invalid_client": 401,
    "lwa_unavailable": 503,
    "sts_unavailable": 503,
    "account_service_unavailable": 503,
    "application_credentials_rejected": 503,
}
