"""AWS Security Token Service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from svc_kit.errors import PortError
from token_svc.domain.session import AwsSession


class RoleRefused(PortError):  # noqa: N818 - named for the state, as in the house style
    """AWS does not let us assume the role: it, its trust policy or the external id is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedSession:
    """A session and the time at which AWS ends it."""

    session: AwsSession
    expires_at: datetime


class StsSessions(Protocol):
    """Assumes roles."""

    async def assume(self, role_arn: str, *, external_id: str | None, session_name: str, seconds: float) -> IssuedSession:
        """Return a session of the role that lives an hour.

        Raises `RoleRefused`, `RateLimited`, `Unavailable` or `Timeout`; no error holds a secret.
        """
        ...
