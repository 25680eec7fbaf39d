"""Refusals of account-svc.

DomainError
├── InvalidInputError                a value cannot be used; `code` names which rule
├── AccountNotFoundError             the tenant has no such account (another tenant's looks the same)
├── ApplicationNotFoundError         no LWA application of that name is set up
├── AmazonNotConnectedError          the account is disconnected: it has no credentials
├── ReauthorizationRequiredError     Amazon no longer accepts the account's credentials
├── AdsRefusedError                  Amazon Ads refuses what was asked for
├── AdsProfileNotFoundError          the tenant has no such profile at Amazon Ads
├── VersionConflictError             another refresh token was stored in the meantime
├── NoNextSecretError                the application has no secret in its next slot
├── RefreshLeaseHeldError            the refresh token is being used by another replica of token-svc
└── ConnectRefusedError              the way through Amazon's consent page ended without an account
"""

import math

from svc_kit.errors import DomainError


class InvalidInputError(DomainError):
    """A value given from outside breaks a rule; `detail` says which and what is allowed."""


class AccountNotFoundError(DomainError):
    """There is no such account for this tenant."""

    def __init__(self) -> None:
        super().__init__("account_not_found", "There is no such account.")


class ApplicationNotFoundError(DomainError):
    """The named application does not exist: `application_not_configured` for the default one, which settings make."""

    def __init__(self, *, is_default: bool, is_for_ads: bool = False) -> None:
        if is_default:
            cure = (
                "an operator must set AMAZON_ADS_LWA_CLIENT_ID and AMAZON_ADS_LWA_CLIENT_SECRET."
                if is_for_ads
                else "an operator must set AMAZON_SPAPI_APPLICATION_ID, AMAZON_LWA_CLIENT_ID and AMAZON_LWA_CLIENT_SECRET."
            )
            super().__init__("application_not_configured", f"The default application is not set up; {cure}")
        else:
            super().__init__("application_not_found", "There is no such application; leave it out to use the default one.")


class AmazonNotConnectedError(DomainError):
    """The account was disconnected and its credentials erased."""

    def __init__(self) -> None:
        super().__init__("amazon_not_connected", "The account is disconnected; the seller must connect it again.")


class ReauthorizationRequiredError(DomainError):
    """Amazon refused the stored authorisation."""

    def __init__(self) -> None:
        super().__init__("reauthorization_required", "Amazon no longer accepts the authorisation; the seller must connect again.")


class VersionConflictError(DomainError):
    """The refresh token is not the one the caller thought it was."""

    def __init__(self, current: int) -> None:
        super().__init__(
            "version_conflict", "Another refresh token was stored in the meantime; read the credentials again.", current=current
        )


class NoNextSecretError(DomainError):
    """There is nothing to promote."""

    def __init__(self) -> None:
        super().__init__("no_next_secret", "The application has no next secret; put one there first.")


class RefreshLeaseHeldError(DomainError):
    """Somebody else is using the refresh token, until `retry_after` seconds from now at the latest."""

    def __init__(self, seconds: float) -> None:
        detail = "The refresh token is in use; wait, and read the credentials again."
        super().__init__("refresh_lease_held", detail, retry_after=max(1, math.ceil(seconds)))


class ConnectRefusedError(DomainError):
    """Connecting failed; `code` is a stable slug, `return_to` where the seller came from when that is known."""

    def __init__(self, code: str, detail: str, *, return_to: str | None = None) -> None:
        super().__init__(code, detail)
        self.return_to = return_to


class AdsRefusedError(DomainError):
    """Amazon Ads said no, and asking the same again will not help; `detail` is Amazon's word."""

    def __init__(self, detail: str) -> None:
        super().__init__("ads_refused", detail)


class AdsProfileNotFoundError(DomainError):
    """There is no such profile for this tenant."""

    def __init__(self) -> None:
        super().__init__("ads_profile_not_found", "There is no such profile; list them with GET /api/v1/ads/profiles.")
