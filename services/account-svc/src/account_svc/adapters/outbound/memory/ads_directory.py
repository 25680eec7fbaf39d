"""Amazon Ads in memory."""

from collections.abc import Sequence
from typing import Any

from account_svc.application.ports.ads_directory import Finding
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.ads_registration import AdsRegistration, AdsTerms
from account_svc.domain.region import Region
from svc_kit.errors import DomainError, PortError


class MemoryAdsDirectory:
    """Holds what each region's host lists; `faults` are raised for a region, or for a profile."""

    def __init__(self) -> None:
        self.listed: dict[Region, list[Finding]] = {}
        self.profiled: dict[Region, list[Finding]] = {}
        self.advertisers: dict[str, list[Finding]] = {}
        self.faults: dict[str, PortError | DomainError] = {}
        self.asked: list[tuple[str, str, str]] = []

    async def accounts(self, account: SellingPartnerAccount, region: Region) -> Sequence[Finding]:
        self._note("accounts", account, region)
        return list(self.listed.get(region, ()))

    async def profiles(self, account: SellingPartnerAccount, region: Region) -> Sequence[Finding]:
        self._note("profiles", account, region)
        return list(self.profiled.get(region, ()))

    async def dsp_advertisers(self, account: SellingPartnerAccount, region: Region, profile_id: str) -> Sequence[Finding]:
        self._note("dsp_advertisers", account, region)
        if profile_id in self.faults:
            raise self.faults[profile_id]
        return [(found, {**metadata, "profileId": profile_id}) for found, metadata in self.advertisers.get(profile_id, ())]

    async def register(self, account: SellingPartnerAccount, region: Region, wish: AdsRegistration) -> Finding:
        self._note("register", account, region)
        found = f"amzn1.ads-account.g.{sum(map(len, self.listed.values())) + 1}"
        metadata: dict[str, Any] = {
            "adsAccountId": found,
            "accountName": wish.name,
            "status": "PENDING",
            "countryCodes": wish.wire()["countryCodes"],
        }
        self.listed.setdefault(region, []).append((found, metadata))
        return found, metadata

    async def request_terms(self, account: SellingPartnerAccount, region: Region) -> AdsTerms:
        self._note("request_terms", account, region)
        return AdsTerms(token=f"terms-{len(self.asked)}", url=f"https://amazon.example/terms/{len(self.asked)}")

    def _note(self, what: str, account: SellingPartnerAccount, region: Region) -> None:
        self.asked.append((what, account.id, region.value))
        if region.value in self.faults:
            raise self.faults[region.value]
