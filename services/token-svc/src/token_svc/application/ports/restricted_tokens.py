"""The Tokens API of the Selling Partner API."""

from typing import Protocol

from svc_kit.errors import PortError
from svc_kit.secret import Secret
from token_svc.application.ports.lwa_client import LwaAnswer
from token_svc.domain.account import Region
from token_svc.domain.restriction import Restriction


class AccessTokenExpired(PortError):  # noqa: N818 - named for the state, as in the house style
    """Amazon refused the access token (401, or a 403 whose details are about the access token)."""


class RestrictionRefused(PortError):  # noqa: N818 - as above
    """Amazon refuses what was asked for: a path it does not know, or a role the application lacks."""


class RestrictedTokens(Protocol):
    """Creates restricted data tokens (RDT)."""

    async def create(self, access_token: Secret, restriction: Restriction, *, region: Region, seconds: float) -> LwaAnswer:
        """Return a token that covers exactly `restriction`, made with the account's access token at its region.

        Raises `AccessTokenExpired`, `RestrictionRefused`, `RateLimited`, `Unavailable` or `Timeout`.
        """
        ...
