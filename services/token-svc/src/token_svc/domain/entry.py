"""What the cache remembers under one key."""

from dataclasses import dataclass, replace
from datetime import datetime

from svc_kit.errors import DomainError
from svc_kit.secret import Secret
from token_svc.domain.account import Account
from token_svc.domain.grant import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why no new grant could be had, remembered until `until` so that nobody asks Amazon again before.

    `credential_version` is the version of the refresh token that Amazon refused; `is_reported` says that account-svc
    knows of it.
    """

    code: str
    detail: str
    until: datetime
    credential_version: int | None = None
    is_reported: bool = True

    @classmethod
    def from_error(cls, error: DomainError, until: datetime, before: "Trouble | None") -> "Trouble":
        """Return a passing trouble; what is known of a refused refresh token from `before` stays known."""
        if before is None:
            return cls(code=error.code, detail=error.detail, until=until)
        return replace(before, code=error.code, detail=error.detail, until=until)

    def is_active(self, now: datetime) -> bool:
        return now < self.until

    def as_error(self, now: datetime) -> DomainError:
        """Return the refusal again; Retry-After only where waiting helps."""
        if self.code == "reauthorization_required":
            return DomainError(self.code, self.detail)
        return DomainError(self.code, self.detail, retry_after=max(1.0, (self.until - now).total_seconds()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A grant, the trouble in getting the next one, or both; `fence` is the number of the lock under which it was made."""

    grant: Grant | None = None
    trouble: Trouble | None = None
    account: Account | None = None
    fence: int = 0

    def is_spent(self, now: datetime) -> bool:
        """Whether nothing in it is of use any more."""
        is_over = self.grant is None or now >= self.grant.expires_at
        return is_over and (self.trouble is None or (not self.trouble.is_active(now) and self.trouble.credential_version is None))

    def fenced(self, fence: int) -> "Entry":
        return replace(self, fence=fence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a caller accepts from the cache.

    `rejected_sha256` names a token that Amazon refused: any other will do. `is_ahead` asks for one that need not be
    refreshed soon, for the background refresh.
    """

    rejected_sha256: str | None = None
    is_ahead: bool = False

    def is_met_by(self, entry: Entry | None, now: datetime) -> bool:
        if entry is None or entry.grant is None or self.is_rejected(entry.grant.secret):
            return False
        return now < entry.grant.refresh_at if self.is_ahead else entry.grant.is_usable(now)

    def is_rejected(self, secret: Secret) -> bool:
        return self.rejected_sha256 is not None and secret.fingerprint() == self.rejected_sha256
