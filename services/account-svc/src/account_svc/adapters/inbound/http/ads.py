"""/api/v1/ads: what a tenant has at Amazon Ads."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from account_svc.adapters.inbound.http.ads_views import (
    AdsAccountListView,
    AdsAccountView,
    AdsProfileListView,
    AdsProfileView,
    DspAdvertiserListView,
    TermsView,
)
from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.application.use_cases import UseCases
from account_svc.domain.ads_registration import AdsRegistration
from account_svc.domain.advertising import AdsKind
from account_svc.domain.identifiers import AccountId, parse_account_id
from svc_kit.identity import Caller
from svc_kit.web import user_or

_ADMIN = "accounts:admin"


class RegistrationBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A wish for an ads account, for exactly one of a seller, vendor, author or business (Amazon's own words within).

    `account_id` names the grant to use; `terms_token` is needed only where Amazon asks for accepted terms.
    """

    name: str
    country: str
    seller_central_account: str | None = None
    vendor_group: str | None = None
    author_email: str | None = None
    business: dict[str, str] | None = None
    terms_token: str | None = None
    account_id: str | None = None

    def wish(self) -> AdsRegistration:
        """Return what the use case is asked for; raise `InvalidInputError`."""
        named: dict[str, dict[str, str]] = {}
        if self.seller_central_account is not None:
            named["amazonSeller"] = {"sellerCentralAccount": self.seller_central_account}
        if self.vendor_group is not None:
            named["amazonVendor"] = {"vendorGroup": self.vendor_group}
        if self.author_email is not None:
            named["amazonAuthor"] = {"email": self.author_email}
        if self.business is not None:
            named["business"] = self.business
        return AdsRegistration(name=self.name, country=self.country.upper(), association=named, terms_token=self.terms_token)


class TermsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """For which country terms are wanted."""

    country: str
    account_id: str | None = None


def _grant(account_id: str | None) -> AccountId | None:
    return parse_account_id(account_id) if account_id is not None else None


@get("/api/v1/ads/accounts", guards=[user_or(_ADMIN)], tags=["ads"])
async def list_ads_accounts(
    caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases], *, refresh: FromQuery[bool] = False
) -> AdsAccountListView:
    """List the sponsored-ads accounts of all regions, each once; `refresh=true` asks Amazon at once."""
    return AdsAccountListView.of(await use_cases.ads.listed(tenant_of(caller), AdsKind.ACCOUNT, is_forced=refresh))


@post("/api/v1/ads/accounts", guards=[user_or(_ADMIN)], tags=["ads"])
async def register_ads_account(
    data: JSONBody[RegistrationBody], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> Response[AdsAccountView]:
    """Register an ads account; Amazon begins with PENDING, the list tells when it is CREATED."""
    made = await use_cases.ads.register(tenant_of(caller), data.wish(), _grant(data.account_id))
    return Response(AdsAccountView.of(made), status_code=201)


@post("/api/v1/ads/terms", guards=[user_or(_ADMIN)], tags=["ads"])
async def request_ads_terms(
    data: JSONBody[TermsBody], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> Response[TermsView]:
    """Get terms for somebody to accept at their URL; their token then registers one account."""
    terms = await use_cases.ads.register.terms(tenant_of(caller), data.country, _grant(data.account_id))
    return Response(TermsView(terms_token=terms.token, terms_url=terms.url), status_code=201)


@get("/api/v1/ads/profiles", guards=[user_or(_ADMIN)], tags=["ads"])
async def list_ads_profiles(
    caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases], *, refresh: FromQuery[bool] = False
) -> AdsProfileListView:
    """List the profiles of all regions; `refresh=true` asks Amazon at once."""
    return AdsProfileListView.of(await use_cases.ads.listed(tenant_of(caller), AdsKind.PROFILE, is_forced=refresh))


@get("/api/v1/ads/profiles/{profile_id:str}", guards=[user_or(_ADMIN)], tags=["ads"])
async def get_ads_profile(
    profile_id: FromPath[str], caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases]
) -> AdsProfileView:
    """Show one profile of the tenant."""
    return AdsProfileView.of(await use_cases.ads.profile(tenant_of(caller), profile_id))


@get("/api/v1/ads/dsp-advertisers", guards=[user_or(_ADMIN)], tags=["ads"])
async def list_dsp_advertisers(
    caller: NamedDependency[Caller], use_cases: NamedDependency[UseCases], *, refresh: FromQuery[bool] = False
) -> DspAdvertiserListView:
    """List the DSP advertisers of all agency profiles; a profile that cannot be asked is a problem beside the rest."""
    return DspAdvertiserListView.of(await use_cases.ads.listed(tenant_of(caller), AdsKind.DSP_ADVERTISER, is_forced=refresh))


ADS_ROUTES: list[Any] = [
    list_ads_accounts,
    register_ads_account,
    request_ads_terms,
    list_ads_profiles,
    get_ads_profile,
    list_dsp_advertisers,
]
