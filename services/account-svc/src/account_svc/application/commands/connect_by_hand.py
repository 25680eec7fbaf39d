"""A self-authorised application: somebody brings the refresh token along."""

from collections.abc import Sequence
from dataclasses import dataclass

from account_svc.application.commands.store_authorization import GivenAuthorization, StoreAuthorization
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.account import AccountKind, Identity, SellingPartnerAccount, Signing
from account_svc.domain.account_name import parse_account_name
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import (
    DEFAULT_ADS_APPLICATION,
    DEFAULT_APPLICATION,
    ApplicationId,
    SellingPartnerId,
    TenantId,
    ads_grant_id,
    parse_selling_partner_id,
)
from account_svc.domain.marketplaces import marketplaces_in
from account_svc.domain.refresh_token import require_refresh_token
from account_svc.domain.region import parse_region
from account_svc.domain.role import Role
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class HandMadeConnection:
    """What was typed in."""

    tenant: TenantId
    selling_partner_id: str | None
    region: str
    marketplaces: Sequence[str]
    refresh_token: Secret
    name: str | None = None
    application: ApplicationId | None = None
    kind: AccountKind = AccountKind.SELLING_PARTNER
    role_arn: str | None = None
    external_id: str | None = None
    signing: Signing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectByHand:
    """Stores the account without asking Amazon; an account of the same seller and region gets the new credentials."""

    applications: ApplicationRegistry
    store: StoreAuthorization

    async def __call__(self, given: HandMadeConnection) -> SellingPartnerAccount:
        """Raise `InvalidInputError`, `ApplicationNotFoundError`, `Unavailable`."""
        region = parse_region(given.region)
        is_ads = given.kind is AccountKind.ADVERTISING
        application_id = given.application or (DEFAULT_ADS_APPLICATION if is_ads else DEFAULT_APPLICATION)
        identity = Identity(tenant=given.tenant, selling_partner_id=_partner(given, application_id), region=region, kind=given.kind)
        # A grant for Amazon Ads need not be for any marketplace in particular: its profiles say where it can be used.
        marketplaces = () if is_ads and not given.marketplaces else marketplaces_in(region, given.marketplaces)
        name = parse_account_name(given.name) if given.name is not None else None
        if given.external_id is not None and given.role_arn is None:
            raise InvalidInputError("role_missing", "external_id needs role_arn")
        refresh_token = require_refresh_token(given.refresh_token)
        application = await self.applications.get(application_id)
        application.require_kind(given.kind)
        role = Role(arn=given.role_arn, external_id=given.external_id) if given.role_arn else None
        if given.signing is Signing.SIGV4:
            role = role or application.role
        authorization = GivenAuthorization(
            refresh_token=refresh_token,
            application=application.id,
            marketplaces=marketplaces,
            name=name,
            signing=given.signing,
            role=role,
        )
        return await self.store(identity, authorization)


def _partner(given: HandMadeConnection, application: ApplicationId) -> SellingPartnerId:
    if given.selling_partner_id is None and given.kind is AccountKind.ADVERTISING:
        return ads_grant_id(application)
    return parse_selling_partner_id(given.selling_partner_id or "")
