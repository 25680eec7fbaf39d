"""GET /dsp/advertisers and /dsp/advertisers/{advertiserId}, through the profile of an agency."""

from typing import Any

from simulator.ads.call import AdsCall, noted
from simulator.ads.profiles import visible
from simulator.ads.refusal import AdsRefusalError, unauthorized
from simulator.state.ads import DspAdvertiser
from simulator.web.response import Response

_MOST = 100


def list_advertisers(call: AdsCall) -> Response:
    """A page of an agency's advertisers."""
    query = call.query("startIndex", "count", "advertiserIdFilter")
    start, count = _number(query.get("startIndex", "0")), _number(query.get("count", str(_MOST)))
    if not 1 <= count <= _MOST:
        raise AdsRefusalError(400, "count must lie between 1 and 100")
    known = _advertisers(call)
    if "advertiserIdFilter" in query:
        wanted = set(query["advertiserIdFilter"].split(","))
        known = [one for one in known if one.advertiser_id in wanted]
    page = known[start : start + count]
    noted(call, (one.advertiser_id for one in page))
    return Response.of(200, {"totalResults": len(known), "response": [_shown(one) for one in page]})


def get_advertiser(call: AdsCall) -> Response:
    """One advertiser."""
    call.query()
    found = next((one for one in _advertisers(call) if one.advertiser_id == call.values["id"]), None)
    if found is None:
        raise AdsRefusalError(404, "Could not find an advertiser with this id")
    noted(call, [found.advertiser_id])
    return Response.of(200, _shown(found))


def _advertisers(call: AdsCall) -> list[DspAdvertiser]:
    scope = call.request.header("amazon-advertising-api-scope")
    if not scope:
        raise unauthorized("Scope header is missing")
    profile = next((one for one in visible(call) if str(one.profile_id) == scope), None)
    if profile is None:
        raise unauthorized("No matching advertiser found for scope")
    if profile.type != "agency" or profile.sub_type == "AMAZON_ATTRIBUTION":
        raise AdsRefusalError(400, "Advertiser ID cannot be decrypted", code="ENTITY_NOT_SUPPORTED")
    return [one for one in call.book.advertisers if one.profile_id == profile.profile_id]


def _number(text: str) -> int:
    if not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - more is no page of anything
        raise AdsRefusalError(400, "startIndex and count are numbers")
    return int(text)


def _shown(one: DspAdvertiser) -> dict[str, Any]:
    shown = {"advertiserId": one.advertiser_id, "name": one.name, "currency": one.currency, "country": one.country}
    return shown | {"timezone": one.timezone} | ({"url": one.url} if one.url else {})
