"""An LWA application: by which we are known to Amazon."""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from account_svc.domain.account import AccountKind
from account_svc.domain.errors import ApplicationNotFoundError, InvalidInputError, NoNextSecretError
from account_svc.domain.identifiers import DEFAULT_ADS_APPLICATION, DEFAULT_APPLICATION, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed

# "Rotating your apps' LWA credentials": every 180 days; notice is given 90 days before.
SECRET_LIFE: Final = timedelta(days=180)
WARN_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Registered with Amazon as `spapi_application_id`; two slots for the secret, because it rotates every 180 days.

    `kind` says for which API: Amazon approves an application for the Ads API apart from the Selling Partner API.

    `secret_expires_at` is when Amazon stops accepting the current secret, as far as it is known. `configured_secret` is the
    SHA-256 of the secret that the settings named last: only another one there replaces what has been rotated since.
    `version` grows with every change.
    """

    id: ApplicationId
    name: str
    spapi_application_id: str
    client_id: str
    redirect_uri: str
    client_secret: Sealed = field(repr=False)
    client_secret_next: Sealed | None = field(default=None, repr=False)
    secret_expires_at: datetime | None = None
    next_secret_expires_at: datetime | None = None
    is_draft: bool = False
    role: Role | None = None
    kind: AccountKind = AccountKind.SELLING_PARTNER
    configured_secret: str | None = field(default=None, repr=False)
    version: int = 1

    def require_kind(self, kind: AccountKind) -> None:
        """Refuse (`application_kind_mismatch`) to use an application of the one API for the other."""
        if self.kind is not kind:
            raise InvalidInputError("application_kind_mismatch", f"the application is one of kind {self.kind}; name one of kind {kind}")

    def with_secret(self, sealed: Sealed, expires_at: datetime | None) -> "Application":
        """Return the application with another current secret; one that is waiting stays."""
        return replace(self, client_secret=sealed, secret_expires_at=expires_at, version=self.version + 1)

    def with_next_secret(self, sealed: Sealed, *, expires_at: datetime, current_expires_at: datetime | None) -> "Application":
        """Return the application with a secret in the next slot.

        One that is there already moves up: Amazon keeps two, and the new one has replaced the older of them.
        """
        moved = self if self.client_secret_next is None else self._moved_up()
        return replace(
            moved,
            client_secret_next=sealed,
            next_secret_expires_at=expires_at,
            secret_expires_at=current_expires_at or moved.secret_expires_at,
            version=self.version + 1,
        )

    def promote_secret(self) -> "Application":
        """Return the application with the next secret as its current one; refuse (`no_next_secret`) when there is none."""
        return replace(self._moved_up(), version=self.version + 1)

    def drop_next_secret(self) -> "Application":
        """Return the application without a next secret; one that has none stays as it is."""
        if self.client_secret_next is None:
            return self
        return replace(self, client_secret_next=None, next_secret_expires_at=None, version=self.version + 1)

    def is_promotion_due(self, now: datetime) -> bool:
        """Whether Amazon no longer accepts the current secret, and the next one is there."""
        return self.client_secret_next is not None and self.secret_expires_at is not None and self.secret_expires_at <= now

    def days_left(self, now: datetime) -> int | None:
        """Return the whole days until no secret that is here works any more, negative afterwards; None while that is not known."""
        until = self.next_secret_expires_at if self.client_secret_next is not None else self.secret_expires_at
        return None if until is None else math.floor((until - now) / timedelta(days=1))

    def _moved_up(self) -> "Application":
        if self.client_secret_next is None:
            raise NoNextSecretError
        return replace(
            self,
            client_secret=self.client_secret_next,
            secret_expires_at=self.next_secret_expires_at,
            client_secret_next=None,
            next_secret_expires_at=None,
        )


def not_found(application: ApplicationId) -> ApplicationNotFoundError:
    """Return the refusal for an application that does not exist; for a default one it names the settings that make it."""
    is_for_ads = application == DEFAULT_ADS_APPLICATION
    return ApplicationNotFoundError(is_default=is_for_ads or application == DEFAULT_APPLICATION, is_for_ads=is_for_ads)
