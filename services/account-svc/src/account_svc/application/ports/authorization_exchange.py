"""Who turns an authorisation code into a refresh token."""

from typing import Protocol

from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.region import Region
from svc_kit.secret import Secret


class AuthorizationExchange(Protocol):
    """Asks Amazon, by way of token-svc."""

    async def exchange(
        self, application: ApplicationId, code: Secret, redirect_uri: str, region: Region, verifier: Secret | None = None
    ) -> Secret:
        """Return the refresh token the code stands for; a code works once and for five minutes.

        `verifier` is that of PKCE, for a code that was asked for with its challenge.
        Raises `ConnectRefusedError` with the code `authorization_code_rejected` (used, too old, other redirect URI, wrong verifier) or
        `application_credentials_rejected` (our own client id or secret); `Unavailable`, `Timeout`.
        """
        ...
