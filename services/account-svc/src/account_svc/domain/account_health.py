"""How an account is, in one word and with its reasons."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from account_svc.domain.account import AccountKind, AccountStatus, Failure, SellingPartnerAccount
from account_svc.domain.sync_record import FAILURE_WINDOW, DatasetRecord, SyncRecord

# Sellers must renew the authorisation of a public application every 365 days (SP-API "Renew authorizations"); the refresh
# tokens of Amazon Ads do not end.
_RENEWAL: Final = {AccountKind.SELLING_PARTNER: timedelta(days=365)}
_WARNING: Final = timedelta(days=30)
# A dataset that has not been read for so long is no passing trouble; datasets are read every few minutes.
_TOO_LONG: Final = timedelta(hours=24)


class HealthStatus(StrEnum):
    """The worst of what is known, from best to worst."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    ERROR = "error"
    REAUTHORIZATION_REQUIRED = "reauthorization_required"


class HealthReason(StrEnum):
    """Why an account is not healthy."""

    AUTHORIZATION_EXPIRES_SOON = "authorization_expires_soon"
    SYNC_FAILING = "sync_failing"
    SYNC_OVERDUE = "sync_overdue"
    DISCONNECTED = "disconnected"
    AUTHORIZATION_EXPIRED = "authorization_expired"
    REAUTHORIZATION_REQUIRED = "reauthorization_required"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    """The status, what it comes from, and until when the authorisation lasts (None where no end is known)."""

    account: SellingPartnerAccount
    status: HealthStatus
    reasons: tuple[HealthReason, ...]
    is_token_valid: bool
    last_sync_at: datetime | None
    last_error: Failure | None
    error_count: int
    reauthorize_by: datetime | None
    days_until_reauthorization: int | None


def health_of(account: SellingPartnerAccount, record: SyncRecord, now: datetime) -> AccountHealth:
    """Return how the account is at `now`; `error_count` is the number of days of the last thirty on which something failed."""
    renewal = _RENEWAL.get(account.identity.kind)
    by = account.authorized_at + renewal if account.authorized_at is not None and renewal is not None else None
    found = _findings(account, record, by, now)
    failures = [failure for failure in (account.last_failure, *(_failure(known) for known in record.datasets)) if failure]
    days = record.failure_days | ({account.last_failure.at.date()} if account.last_failure else set())
    return AccountHealth(
        account=account,
        status=max(found.values(), key=list(HealthStatus).index, default=HealthStatus.HEALTHY),
        reasons=tuple(found),
        is_token_valid=account.status is AccountStatus.ACTIVE and HealthReason.AUTHORIZATION_EXPIRED not in found,
        last_sync_at=record.last_success_at,
        last_error=max(failures, key=lambda failure: failure.at, default=None),
        error_count=sum(now.date() - day < FAILURE_WINDOW for day in days),
        reauthorize_by=by,
        days_until_reauthorization=max(0, (by - now).days) if by is not None else None,
    )


def _findings(account: SellingPartnerAccount, record: SyncRecord, by: datetime | None, now: datetime) -> dict[HealthReason, HealthStatus]:
    if account.status is AccountStatus.DISCONNECTED:
        return {HealthReason.DISCONNECTED: HealthStatus.ERROR}
    found: dict[HealthReason, HealthStatus] = {}
    if account.status is AccountStatus.REAUTHORIZATION_REQUIRED:
        found[HealthReason.REAUTHORIZATION_REQUIRED] = HealthStatus.REAUTHORIZATION_REQUIRED
    if by is not None and by <= now:
        found[HealthReason.AUTHORIZATION_EXPIRED] = HealthStatus.REAUTHORIZATION_REQUIRED
    elif by is not None and by - now <= _WARNING:
        found[HealthReason.AUTHORIZATION_EXPIRES_SOON] = HealthStatus.DEGRADED
    good_at = {known: max(known.succeeded_at or account.connected_at, account.connected_at) for known in record.datasets}
    failing = [known for known, good in good_at.items() if known.failed_at is not None and known.failed_at > good]
    if failing:
        is_lasting = any(now - good_at[known] >= _TOO_LONG for known in failing)
        found[HealthReason.SYNC_FAILING] = HealthStatus.ERROR if is_lasting else HealthStatus.DEGRADED
    if any(now - good >= _TOO_LONG for known, good in good_at.items() if known not in failing):
        found[HealthReason.SYNC_OVERDUE] = HealthStatus.DEGRADED
    return found


def _failure(known: DatasetRecord) -> Failure | None:
    if known.failed_at is None or known.failure_code is None:
        return None
    return Failure(code=known.failure_code, detail=f"Reading {known.dataset} from Amazon failed.", at=known.failed_at)
