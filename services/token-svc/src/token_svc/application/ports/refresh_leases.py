"""Who may show Amazon a refresh token now, by account-svc's word."""

from dataclasses import dataclass
from typing import Protocol

from svc_kit.errors import PortError


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshLease:
    """The right to use one version of an account's refresh token; `is_in_doubt`: nobody knows what came of an earlier use of it."""

    account_id: str
    id: str
    is_in_doubt: bool = False


class LeaseHeld(PortError):  # noqa: N818 - named for the state, as in the house style
    """Somebody else uses the refresh token, until `retry_after` seconds from now at the latest."""


class RefreshLeases(Protocol):
    """The arbiter where the refresh lock is not enough: account-svc, which holds the refresh token and outlives NATS.

    Every method raises `Unavailable` or `Timeout` when account-svc does not answer.
    """

    async def take(self, account_id: str, *, refresh_token_version: int, seconds: float) -> RefreshLease:
        """Take the right for `seconds`; of several callers at once exactly one gets it.

        Raises `LeaseHeld`, and `Conflict` when another version is stored by now. Refuses with `account_not_found`.
        """
        ...

    async def end(self, lease: RefreshLease) -> None:
        """Say that what came of the use is known: the token may be used again. Too late, or twice, has no effect.

        Refuses with `account_not_found`.
        """
        ...
