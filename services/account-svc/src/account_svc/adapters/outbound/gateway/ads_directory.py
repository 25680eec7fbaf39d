"""The Ads API through the gateway's `/ads/` door."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec

from account_svc.adapters.outbound.gateway.ads_client import AdsClient, AdsHost
from account_svc.adapters.outbound.gateway.ads_ids import identified, with_text_ids
from account_svc.application.ports.ads_directory import Finding
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.ads_registration import AdsRegistration, AdsTerms
from account_svc.domain.errors import AdsRefusedError
from account_svc.domain.region import Region
from svc_kit.identity import ServiceTokenIssuer

_LIST: Final = "application/vnd.listaccountsresource.v1+json"
_REGISTER: Final = "application/vnd.registeradsaccountresource.v1+json"
_TERMS: Final = "application/vnd.GlobalRegistrationService.TermsTokenResource.v1.0+json"
_PAGE: Final = 100
# More pages than anybody has: a host that never ends a listing must not hold us for ever.
_MOST_PAGES: Final = 200
_NO_DSP: Final = ("entity_not_supported", "cannot be decrypted")


class _Accounts(msgspec.Struct):
    adsAccounts: list[dict[str, Any]] = []  # noqa: N815 - Amazon's name
    nextToken: str | None = None  # noqa: N815 - Amazon's name


class _Registered(msgspec.Struct):
    adsAccount: dict[str, Any]  # noqa: N815 - Amazon's name


class _Terms(msgspec.Struct):
    termsToken: str  # noqa: N815 - Amazon's name
    termsUrl: str  # noqa: N815 - Amazon's name


class _Advertisers(msgspec.Struct):
    response: list[dict[str, Any]] = []
    totalResults: int | None = None  # noqa: N815 - Amazon's name


class GatewayAdsDirectory:
    """Speaks Amazon's media types; new fields are kept as they are, ids become texts."""

    def __init__(self, client: AdsClient) -> None:
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, issuer: ServiceTokenIssuer) -> AsyncGenerator["GatewayAdsDirectory"]:
        """Open a client on the gateway's base URL."""
        async with AdsClient.open(url, issuer) as client:
            yield cls(client)

    async def accounts(self, account: SellingPartnerAccount, region: Region) -> Sequence[Finding]:
        found: list[Finding] = []
        body: dict[str, Any] = {"maxResults": _PAGE}
        for _ in range(_MOST_PAGES):
            page = await self._client.post(AdsHost(account, region), "/adsAccounts/list", _LIST, body, _Accounts)
            found += [identified(one, "adsAccountId") for one in page.adsAccounts]
            if not page.nextToken or not page.adsAccounts:
                break
            body["nextToken"] = page.nextToken
        return found

    async def profiles(self, account: SellingPartnerAccount, region: Region) -> Sequence[Finding]:
        profiles = await self._client.get(AdsHost(account, region), "/v2/profiles", list[dict[str, Any]])
        return [identified(one, "profileId") for one in profiles]

    async def dsp_advertisers(self, account: SellingPartnerAccount, region: Region, profile_id: str) -> Sequence[Finding]:
        found: list[Finding] = []
        scope = {"Amazon-Advertising-API-Scope": profile_id}
        for _ in range(_MOST_PAGES):
            query = {"startIndex": str(len(found)), "count": str(_PAGE)}
            try:
                page = await self._client.get(AdsHost(account, region), "/dsp/advertisers", _Advertisers, query, scope)
            except AdsRefusedError as refusal:
                if any(words in refusal.detail.lower() for words in _NO_DSP):
                    return []
                raise
            found += [_of_profile(one, profile_id) for one in page.response]
            is_last = len(page.response) < _PAGE or (page.totalResults is not None and len(found) >= page.totalResults)
            if is_last:
                break
        return found

    async def register(self, account: SellingPartnerAccount, region: Region, wish: AdsRegistration) -> Finding:
        made = await self._client.post(AdsHost(account, region), "/adsAccounts", _REGISTER, wish.wire(), _Registered)
        return identified(made.adsAccount | {"countryCodes": wish.wire()["countryCodes"]}, "adsAccountId")

    async def request_terms(self, account: SellingPartnerAccount, region: Region) -> AdsTerms:
        terms = await self._client.post(AdsHost(account, region), "/termsTokens", _TERMS, {}, _Terms)
        return AdsTerms(token=terms.termsToken, url=terms.termsUrl)


def _of_profile(raw: dict[str, Any], profile_id: str) -> Finding:
    found, metadata = identified(with_text_ids(raw), "advertiserId")
    return found, {**metadata, "profileId": profile_id}
