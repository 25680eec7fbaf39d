"""Which refusal is which HTTP status; a slug that is not here is 400."""

from typing import Final

STATUSES: Final = {
    "account_not_found": 404,
    "application_not_configured": 409,
    "application_not_found": 404,
    "amazon_not_connected": 403,
    "reauthorization_required": 403,
    "version_conflict": 409,
    "state_mismatch": 403,
    "access_denied": 403,
    "application_credentials_rejected": 503,
    "temporarily_unavailable": 503,
}
