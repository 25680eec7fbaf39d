"""What leaves account-svc about Amazon Ads; every id is a text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from account_svc.application.commands.refresh_advertising import AdsProblem
from account_svc.application.queries.list_advertising import AdsListing
from account_svc.domain.advertising import AdsAccount, AdsCountry, AdsRecord, iso_country, read_accounts


class AdsProblemView(msgspec.Struct, kw_only=True):
    """Who could not be asked, and why."""

    account_id: str
    region: str
    profile_id: str | None
    code: str
    detail: str

    @classmethod
    def of(cls, problem: AdsProblem) -> "AdsProblemView":
        return cls(
            account_id=problem.account, region=problem.region, profile_id=problem.profile_id, code=problem.code, detail=problem.detail
        )


class AdsCountryErrorView(msgspec.Struct, kw_only=True):
    """What went wrong with an account in one country."""

    code: str | None
    message: str | None


class AdsCountryView(msgspec.Struct, kw_only=True):
    """An account in one country, by ISO 3166 (GB)."""

    country: str
    marketplace_id: str | None
    profile_ids: list[str]
    entity_ids: list[str]
    errors: list[AdsCountryErrorView]

    @classmethod
    def of(cls, country: AdsCountry) -> "AdsCountryView":
        return cls(
            country=country.country,
            marketplace_id=country.marketplace,
            profile_ids=list(country.profile_ids),
            entity_ids=list(country.entity_ids),
            errors=[AdsCountryErrorView(code=one.code, message=one.message) for one in country.errors],
        )


class AdsAccountView(msgspec.Struct, kw_only=True):
    """A sponsored-ads account; `account_ids` are the grants and `regions` the hosts through which it is seen."""

    ads_account_id: str
    name: str | None
    status: str | None
    countries: list[AdsCountryView]
    account_ids: list[str]
    regions: list[str]
    is_default: bool
    last_synced_at: datetime
    metadata: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, account: AdsAccount) -> "AdsAccountView":
        return cls(
            ads_account_id=account.id,
            name=account.name,
            status=account.status,
            countries=[AdsCountryView.of(country) for country in account.countries],
            account_ids=sorted({record.account for record in account.records}),
            regions=[record.region.value for record in account.records],
            is_default=any(record.is_default for record in account.records),
            last_synced_at=max(record.last_synced_at for record in account.records),
            metadata={record.region.value: dict(record.metadata) for record in account.records},
        )


class AdsProfileView(msgspec.Struct, kw_only=True):
    """A profile; for a seller `selling_partner_id` and `marketplace_id` are those of its SP-API account."""

    profile_id: str
    country: str
    currency: str | None
    timezone: str | None
    type: str | None
    sub_type: str | None
    name: str | None
    advertiser_id: str | None
    selling_partner_id: str | None
    marketplace_id: str | None
    has_valid_payment_method: bool | None
    account_id: str
    region: str
    is_default: bool
    last_synced_at: datetime
    metadata: dict[str, Any]

    @classmethod
    def of(cls, record: AdsRecord) -> "AdsProfileView":
        raw: Mapping[str, Any] = record.metadata
        info = raw.get("accountInfo") or {}
        return cls(
            profile_id=record.id,
            country=iso_country(raw.get("countryCode") or ""),
            currency=raw.get("currencyCode"),
            timezone=raw.get("timezone"),
            type=info.get("type"),
            sub_type=info.get("subType"),
            name=info.get("name"),
            advertiser_id=info.get("id"),
            selling_partner_id=info.get("id") if info.get("type") == "seller" else None,
            marketplace_id=info.get("marketplaceStringId"),
            has_valid_payment_method=info.get("validPaymentMethod"),
            account_id=record.account,
            region=record.region.value,
            is_default=record.is_default,
            last_synced_at=record.last_synced_at,
            metadata=dict(raw),
        )


class DspAdvertiserView(msgspec.Struct, kw_only=True):
    """A DSP advertiser and the agency profile through which it is seen."""

    advertiser_id: str
    name: str | None
    country: str
    currency: str | None
    timezone: str | None
    url: str | None
    profile_id: str | None
    account_id: str
    region: str
    is_default: bool
    last_synced_at: datetime
    metadata: dict[str, Any]

    @classmethod
    def of(cls, record: AdsRecord) -> "DspAdvertiserView":
        raw: Mapping[str, Any] = record.metadata
        return cls(
            advertiser_id=record.id,
            name=raw.get("name"),
            country=iso_country(raw.get("country") or ""),
            currency=raw.get("currency"),
            timezone=raw.get("timezone"),
            url=raw.get("url"),
            profile_id=raw.get("profileId"),
            account_id=record.account,
            region=record.region.value,
            is_default=record.is_default,
            last_synced_at=record.last_synced_at,
            metadata=dict(raw),
        )


class AdsAccountListView(msgspec.Struct, kw_only=True):
    """All sponsored-ads accounts; `last_synced_at` is when every host was last asked with success."""

    items: list[AdsAccountView]
    last_synced_at: datetime | None
    problems: list[AdsProblemView]

    @classmethod
    def of(cls, listing: AdsListing) -> "AdsAccountListView":
        items = [AdsAccountView.of(account) for account in read_accounts(listing.records)]
        return cls(items=items, last_synced_at=listing.synced_at, problems=[AdsProblemView.of(one) for one in listing.problems])


class AdsProfileListView(msgspec.Struct, kw_only=True):
    """All profiles."""

    items: list[AdsProfileView]
    last_synced_at: datetime | None
    problems: list[AdsProblemView]

    @classmethod
    def of(cls, listing: AdsListing) -> "AdsProfileListView":
        items = [AdsProfileView.of(record) for record in listing.records]
        return cls(items=items, last_synced_at=listing.synced_at, problems=[AdsProblemView.of(one) for one in listing.problems])


class DspAdvertiserListView(msgspec.Struct, kw_only=True):
    """All DSP advertisers."""

    items: list[DspAdvertiserView]
    last_synced_at: datetime | None
    problems: list[AdsProblemView]

    @classmethod
    def of(cls, listing: AdsListing) -> "DspAdvertiserListView":
        items = [DspAdvertiserView.of(record) for record in listing.records]
        return cls(items=items, last_synced_at=listing.synced_at, problems=[AdsProblemView.of(one) for one in listing.problems])


class TermsView(msgspec.Struct, kw_only=True):
    """Terms to be accepted at `terms_url`."""

    terms_token: str
    terms_url: str
