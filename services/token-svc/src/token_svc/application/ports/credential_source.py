"""Where stored credentials come from."""

from typing import Protocol

from svc_kit.secret import Secret
from token_svc.domain.credentials import AccountCredentials, ApplicationCredentials


class CredentialSource(Protocol):
    """Lends the secrets that account-svc stores, and takes back what Amazon changed.

    Every method raises `Unavailable` or `Timeout` when account-svc does not answer.
    """

    async def account(self, account_id: str) -> AccountCredentials:
        """Return what is needed to act for the account.

        Refuses with `account_not_found`, and with `amazon_not_connected` or `reauthorization_required` when the account
        cannot be used: the secrets of such an account do not leave account-svc.
        """
        ...

    async def application(self, application_id: str) -> ApplicationCredentials:
        """Return an LWA application with its secrets; refuse with `application_not_found`."""
        ...

    async def replace_refresh_token(self, account_id: str, *, expected_version: int, refresh_token: Secret) -> int:
        """Store a rotated refresh token in place of `expected_version` and return the new version.

        Raises `Conflict` when another version is stored: nothing is changed then. Refuses with `account_not_found`.
        """
        ...

    async def report_authorization_failure(self, account_id: str, *, error: str, description: str, refresh_token_version: int) -> None:
        """Say that Amazon refused this version of the refresh token; saying it twice has no effect twice.

        Refuses with `account_not_found`.
        """
        ...
