"""GET /v2/profiles and /v2/profiles/{profileId}."""

from typing import Any

from simulator.ads.call import AdsCall, noted
from simulator.ads.refusal import AdsRefusalError
from simulator.state.ads import Profile
from simulator.state.marketplaces import MARKETPLACES, marketplace_named
from simulator.web.response import Response

_PROGRAMS = {"billing", "campaign", "paymentMethod", "store", "report", "account", "posts"}
_TYPES = {"seller", "vendor", "agency"}
_MOST = 5000
_TIMEZONES = {
    "US": "America/Los_Angeles", "CA": "America/Los_Angeles", "MX": "America/Los_Angeles", "BR": "America/Sao_Paulo",
    "GB": "Europe/London", "IE": "Europe/Dublin", "JP": "Asia/Tokyo", "AU": "Australia/Sydney", "SG": "Asia/Singapore",
    "IN": "Asia/Kolkata", "AE": "Asia/Dubai", "SA": "Asia/Riyadh", "EG": "Africa/Cairo", "TR": "Europe/Istanbul",
    "ZA": "Africa/Johannesburg",
}  # fmt: skip


def list_profiles(call: AdsCall) -> Response:
    """A bare array of the profiles of this host's region; ``[]`` for who has none here."""
    query = call.query("apiProgram", "accessLevel", "profileTypeFilter", "validPaymentMethodFilter")
    program, level = query.get("apiProgram", "campaign"), query.get("accessLevel", "edit")
    if program not in _PROGRAMS or level not in {"edit", "view"}:
        raise AdsRefusalError(400, "apiProgram or accessLevel is not known")
    types = set(query["profileTypeFilter"].split(",")) if "profileTypeFilter" in query else _TYPES
    payment = query.get("validPaymentMethodFilter")
    if not types <= _TYPES or payment not in {None, "true", "false"}:
        raise AdsRefusalError(400, "profileTypeFilter or validPaymentMethodFilter is not known")
    reports_only = (program, level) == ("report", "view")
    found = [
        profile
        for profile in visible(call)
        if profile.type in types
        and (payment is None or profile.has_valid_payment_method == (payment == "true"))
        and (reports_only or not profile.is_report_only)
    ]
    noted(call, (profile.profile_id for profile in found[:_MOST]))
    return Response.of(200, [_shown(profile) for profile in found[:_MOST]])


def get_profile(call: AdsCall) -> Response:
    """One profile."""
    call.query()
    profile = next((one for one in visible(call) if str(one.profile_id) == call.values["id"]), None)
    if profile is None:
        raise AdsRefusalError(404, "Could not find a profile with this id")
    noted(call, [profile.profile_id])
    return Response.of(200, _shown(profile))


def visible(call: AdsCall) -> list[Profile]:
    """The profiles that there are here and now."""
    return [
        profile
        for profile in call.book.profiles
        if call.is_here(profile.country_code) and (profile.visible_from is None or profile.visible_from <= call.now)
    ]


def _shown(profile: Profile) -> dict[str, Any]:
    place = marketplace_named(profile.country_code) or next(iter(MARKETPLACES.values()))
    info: dict[str, Any] = {"marketplaceStringId": place.id, "id": profile.account_id, "type": profile.type}
    if profile.name is not None:
        info["name"] = profile.name
    if profile.sub_type is not None:
        info["subType"] = profile.sub_type
    info["validPaymentMethod"] = profile.has_valid_payment_method
    shown: dict[str, Any] = {
        "profileId": profile.profile_id,
        "countryCode": profile.country_code,
        "currencyCode": place.currency,
        "timezone": _TIMEZONES.get(place.country, "Europe/Paris"),
        "accountInfo": info,
    }
    if profile.type == "seller":
        shown["dailyBudget"] = profile.daily_budget if profile.daily_budget is not None else 999999999.0
    return shown
