"""The right to show Amazon a refresh token, which may work only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import AccountId, TenantId

LONGEST: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshLease:
    """Held from the taking until its end or expiry; `is_in_doubt` says that an earlier use of this version had no known outcome."""

    id: str
    tenant: TenantId
    account: AccountId
    refresh_token_version: int
    expires_at: datetime
    is_in_doubt: bool = False


def lease_length(seconds: float) -> timedelta:
    """Return how long a lease lasts; raise `InvalidInputError` for no time at all or more than two minutes."""
    if not 0 < seconds <= LONGEST.total_seconds():
        raise InvalidInputError("lease_length_invalid", "seconds must be more than 0 and at most 120")
    return timedelta(seconds=seconds)
