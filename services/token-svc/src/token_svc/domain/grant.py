"""A short-lived credential and how long it is trusted."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from svc_kit.secret import Secret

MARGIN: Final = timedelta(seconds=60)
REFRESH_LEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A secret that was issued for a time.

    Handed out until `usable_until` (the expiry minus a margin, so that a request on its way does not meet an expired
    token), replaced in the background from `refresh_at`, worthless from `expires_at`.
    """

    secret: Secret
    issued_at: datetime
    expires_at: datetime
    usable_until: datetime
    refresh_at: datetime

    def __post_init__(self) -> None:
        if not self.issued_at <= self.refresh_at <= self.usable_until <= self.expires_at:
            raise ValueError("a grant's times must be in order")

    @classmethod
    def create(cls, secret: Secret, *, issued_at: datetime, expires_in: float, margin: timedelta = MARGIN, jitter: float = 0.0) -> "Grant":
        """Believe `expires_in` seconds minus `margin`, but never less than half of it.

        `jitter` between 0 and 1 spreads the time of the refresh ahead, so that accounts connected together do not
        refresh together.
        """
        life = timedelta(seconds=max(0.0, expires_in))
        usable = max(life - margin, life / 2)
        lead = min(REFRESH_LEAD * (1 + jitter), usable / 4)
        return cls(
            secret=secret,
            issued_at=issued_at,
            expires_at=issued_at + life,
            usable_until=issued_at + usable,
            refresh_at=issued_at + usable - lead,
        )

    def is_usable(self, now: datetime) -> bool:
        return now < self.usable_until

    def is_alive(self, now: datetime) -> bool:
        """Whether Amazon should still accept it: the last resort while no new one can be had."""
        return now + timedelta(seconds=5) < self.expires_at

    def with_secret(self, secret: Secret) -> "Grant":
        return replace(self, secret=secret)
