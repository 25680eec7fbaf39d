"""Which refusal is which HTTP status: every slug that account-svc refuses with."""

from collections.abc import Mapping
from typing import Final

STATUSES: Final[Mapping[str, int]] = {
    # a value that was given
    "account_ids_invalid": 400,
    "application_invalid": 400,
    "client_secret_invalid": 400,
    "client_secret_missing": 400,
    "cursor_invalid": 400,
    "external_id_invalid": 400,
    "lease_length_invalid": 400,
    "limit_invalid": 400,
    "marketplace_region_mismatch": 400,
    "marketplace_unknown": 400,
    "marketplace_unsupported": 400,
    "marketplaces_missing": 400,
    "name_invalid": 400,
    "patch_invalid": 400,
    "refresh_token_invalid": 400,
    "region_invalid": 400,
    "redirect_uri_invalid": 400,
    "return_to_invalid": 400,
    "role_arn_invalid": 400,
    "role_missing": 400,
    "selling_partner_id_invalid": 400,
    "tenant_invalid": 400,
    "time_invalid": 400,
    # what is there
    "account_not_found": 404,
    "application_not_found": 404,
    "application_not_configured": 409,
    "version_conflict": 409,
    "refresh_lease_held": 409,
    "no_next_secret": 409,
    "amazon_not_connected": 403,
    "reauthorization_required": 403,
    # the way through Amazon's consent page
    "authorization_code_rejected": 400,
    "callback_malformed": 400,
    "code_missing": 400,
    "consent_failed": 400,
    "state_expired": 400,
    "state_invalid": 400,
    "state_missing": 400,
    "access_denied": 403,
    "state_mismatch": 403,
    "application_credentials_rejected": 503,
    "temporarily_unavailable": 503,
}
