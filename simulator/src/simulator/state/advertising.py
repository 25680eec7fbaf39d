"""The usual at Amazon Ads: one account over a seller's marketplaces, with a profile in each."""

import hashlib

from simulator.state.ads import AdsAccount, AdsBook, AlternateId, Profile
from simulator.state.sellers import Seller


def generated_book(seller: Seller) -> AdsBook:
    """An account with a profile for each marketplace, the same for the same seller; ids stand in entries of their own."""
    countries = ["UK" if place.country == "GB" else place.country for place in seller.participations]
    profiles = [
        Profile(
            profile_id=_number(f"{seller.selling_partner_id}:{country}"),
            country_code=country,
            account_id=seller.selling_partner_id,
            name=seller.name,
        )
        for country in countries
    ]
    alternates: list[AlternateId] = []
    for profile in profiles:
        alternates.append(AlternateId(country_code=profile.country_code, profile_id=profile.profile_id))
        alternates.append(AlternateId(country_code=profile.country_code, entity_id=f"ENTITY{profile.profile_id % 10**12}"))
    account = AdsAccount(
        ads_account_id=f"amzn1.ads-account.g.{_number(seller.selling_partner_id)}",
        name=seller.name,
        country_codes=countries,
        alternate_ids=alternates,
    )
    return AdsBook(accounts=[account], profiles=profiles)


def _number(text: str) -> int:
    # sixteen digits, as real profile ids have: close to what a float can no longer hold
    return 10**15 + int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) % (8 * 10**15)
