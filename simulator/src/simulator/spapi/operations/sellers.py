"""Sellers v1."""

from typing import Any

from simulator.spapi.call import Call
from simulator.state.marketplaces import Marketplace
from simulator.web.response import Response


def get_marketplace_participations(call: Call) -> Response:
    """GET /sellers/v1/marketplaceParticipations."""
    seller = call.seller_shop.seller
    payload = [
        {
            "marketplace": _marketplace(marketplace),
            "storeName": seller.name,
            "participation": {"isParticipating": True, "hasSuspendedListings": False},
        }
        for marketplace in seller.participations
    ]
    return Response.of(200, {"payload": payload})


def get_account(call: Call) -> Response:
    """GET /sellers/v1/account."""
    seller = call.seller_shop.seller
    participations = [
        {
            "marketplace": _marketplace(marketplace),
            "storeName": seller.name,
            "participation": {"isParticipating": True, "hasSuspendedListings": False},
        }
        for marketplace in seller.participations
    ]
    payload = {"marketplaceParticipationList": participations, "businessType": "PRIVATE_LIMITED", "sellingPlan": "PROFESSIONAL"}
    return Response.of(200, {"payload": payload})


def _marketplace(marketplace: Marketplace) -> dict[str, Any]:
    return {
        "id": marketplace.id,
        "name": marketplace.domain[4:].capitalize(),
        "countryCode": marketplace.country,
        "defaultCurrencyCode": marketplace.currency,
        "defaultLanguageCode": marketplace.language,
        "domainName": marketplace.domain,
    }
