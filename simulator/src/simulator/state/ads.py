"""What a person who advertises has at Amazon Ads: accounts, profiles, DSP advertisers."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

AccountStatus = Literal["CREATED", "PARTIALLY_CREATED", "PENDING", "DISABLED"]
ProfileType = Literal["seller", "vendor", "agency"]
TermsStatus = Literal["PENDING", "ACCEPTED", "REDEEMED"]

# Registering takes 3 to 30 seconds, and the new account's profile lags some seconds more.
REGISTERING = timedelta(seconds=10)
PROFILE_LAG = timedelta(seconds=5)


class AlternateId(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One identifier of an account in one country; Amazon puts profileId and entityId into entries of their own."""

    country_code: str
    profile_id: int | None = None
    entity_id: str | None = None


class CountryError(msgspec.Struct, kw_only=True):
    """What went wrong with an account in one country."""

    error_id: int
    error_code: str
    error_message: str


class AdsAccount(msgspec.Struct, kw_only=True):
    """A global sponsored-ads account; one that is being registered is ``ready_at`` some moment."""

    ads_account_id: str
    name: str
    status: AccountStatus = "CREATED"
    country_codes: list[str] = []
    alternate_ids: list[AlternateId] = []
    errors: dict[str, list[CountryError]] = {}
    ready_at: datetime | None = None

    def settled(self, now: datetime) -> None:
        """Lets the registration end when its time has come."""
        if self.status == "PENDING" and self.ready_at is not None and self.ready_at <= now:
            self.status = "CREATED"


class Profile(msgspec.Struct, kw_only=True):
    """One advertiser in one marketplace; it is listed from ``visible_from`` on."""

    profile_id: int
    country_code: str
    account_id: str
    type: ProfileType = "seller"
    name: str | None = None
    sub_type: str | None = None
    has_valid_payment_method: bool = True
    daily_budget: float | None = None
    is_report_only: bool = False
    visible_from: datetime | None = None


class DspAdvertiser(msgspec.Struct, kw_only=True):
    """A DSP advertiser, seen through an agency's profile."""

    advertiser_id: str
    profile_id: int
    name: str
    country: str = "US"
    currency: str = "USD"
    timezone: str = "America/New_York"
    url: str | None = None


class Terms(msgspec.Struct, kw_only=True):
    """The terms somebody must accept before an account is registered."""

    token: str
    status: TermsStatus = "PENDING"


class AdsBook(msgspec.Struct, kw_only=True):
    """Everything of one person. ``listing`` says whether one host lists the accounts of its own region or of all."""

    listing: Literal["regional", "global"] = "regional"
    accounts: list[AdsAccount] = []
    profiles: list[Profile] = []
    advertisers: list[DspAdvertiser] = []
    terms: dict[str, Terms] = {}
    registered_sellers: set[str] = set()
