"""What account-svc stores and lends for one refresh."""

from dataclasses import dataclass

from svc_kit.secret import Secret
from token_svc.domain.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCredentials:
    """An LWA application with the two slots of its client secret; `next` is set while a rotation is under way."""

    id: str
    client_id: str
    client_secret: Secret
    client_secret_next: Secret | None = None
    role_arn: str | None = None
    kind: str = "selling_partner"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The slots in the order they are tried."""
        return (self.client_secret,) if self.client_secret_next is None else (self.client_secret, self.client_secret_next)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCredentials:
    """All that is needed to act for one account.

    `refresh_token_version` grows with each new refresh token; `rotates_refresh_tokens` says that Amazon has replaced one
    at its use before, so that using one twice must be expected to end the authorisation.
    """

    account: Account
    application: ApplicationCredentials
    refresh_token: Secret
    refresh_token_version: int
    rotates_refresh_tokens: bool = False
    role_arn: str | None = None
    external_id: str | None = None
