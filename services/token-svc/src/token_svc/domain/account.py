"""The account a token is for, as account-svc describes it."""

from dataclasses import dataclass
from typing import Final, Literal

from token_svc.domain import errors

Region = Literal["NA", "EU", "FE"]
REGIONS: Final[tuple[Region, ...]] = ("NA", "EU", "FE")
AccountStatus = Literal["active", "reauthorization_required", "disconnected", "erased"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One authorisation of a selling partner or advertiser in one region; holds no secret and may be shown to callers."""

    id: str
    tenant: str
    kind: str
    region: Region
    selling_partner_id: str
    marketplaces: tuple[str, ...]
    signing: Literal["none", "sigv4"]
    application: str
    status: AccountStatus
    version: int
    client_id: str | None = None
    """The LWA client that its tokens are made for: the Ads API wants it named beside the token. No secret."""

    def require_usable(self) -> None:
        """Return when tokens may be made for the account.

        Refuses with `account_not_found` (erased), `amazon_not_connected` or `reauthorization_required`.
        """
        if self.status == "erased":
            raise errors.account_not_found()
        if self.status == "disconnected":
            raise errors.not_connected()
        if self.status == "reauthorization_required":
            raise errors.reauthorization_required()

    def require_tenant(self, tenant: str | None) -> None:
        """Return when a caller that acts for `tenant` (None: for nobody in particular) may use the account.

        Another tenant's account is refused as if it did not exist.
        """
        if tenant is not None and tenant != self.tenant:
            raise errors.account_not_found()
