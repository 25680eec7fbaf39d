"""Login with Amazon, the token endpoint."""

from dataclasses import dataclass
from typing import Protocol

from svc_kit.errors import PortError, Unavailable
from svc_kit.secret import Secret
from token_svc.domain.account import Region


@dataclass(frozen=True, slots=True, kw_only=True)
class LwaAnswer:
    """What Amazon issued: `expires_in` seconds from the request on; `refresh_token` is empty for client credentials."""

    access_token: Secret
    expires_in: float
    refresh_token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LwaClientId:
    """One application with one of its secrets."""

    client_id: str
    client_secret: Secret
    is_for_ads: bool = False
    """Applications for the Ads API have regional token endpoints; a token of any of them is good everywhere."""


class GrantRefused(PortError):  # noqa: N818 - as Amazon calls it, invalid_grant
    """`invalid_grant`: the refresh token was revoked, or the code is wrong; asking again never helps."""


class ClientRejected(PortError):  # noqa: N818 - as above
    """`invalid_client` or `unauthorized_client`: the application or its secret is not accepted."""


class RequestRefused(PortError):  # noqa: N818 - as above
    """Any other refusal of the request itself, such as `invalid_scope`; asking again never helps."""


class AnswerLost(Unavailable):
    """The request was sent, but the connection broke before its answer came: Amazon may have served it."""


class Malformed(PortError):  # noqa: N818 - as above
    """An answer that is not what RFC 6749 section 5.1 says."""


class LwaClient(Protocol):
    """Asks Amazon for tokens, each call once: who retries decides who waits.

    Every method takes the time it may take in seconds and raises `GrantRefused`, `ClientRejected`, `RequestRefused`,
    `Malformed`, `RateLimited` (429), `Unavailable` (5xx, server_error, no connection), `AnswerLost` or `Timeout`. No error
    holds a secret.
    """

    async def refresh(self, client: LwaClientId, refresh_token: Secret, *, region: Region, seconds: float) -> LwaAnswer:
        """Turn a refresh token into an access token; the answer's refresh token differs from the one sent when it was rotated."""
        ...

    async def exchange_code(
        self, client: LwaClientId, code: Secret, redirect_uri: str, *, region: Region, seconds: float, verifier: Secret | None = None
    ) -> LwaAnswer:
        """Turn the code of a consent into a refresh token and an access token; a code works once.

        `verifier` is that of PKCE (RFC 7636), for a consent that was asked for with its challenge.
        """
        ...

    async def client_credentials(self, client: LwaClientId, scope: str, *, region: Region, seconds: float) -> LwaAnswer:
        """Return a token for grantless operations."""
        ...
