"""Listings restrictions 2021-08-01."""

from typing import Any

from simulator.spapi.call import Call
from simulator.spapi.refusal import invalid_input, unauthorized
from simulator.web.response import Response

_APPROVAL = "https://sellercentral.example/hz/approvalrequest"


def get_listings_restrictions(call: Call) -> Response:
    """GET /listings/2021-08-01/restrictions. The last letter of the ASIN decides: A needs approval, N is not eligible, X does not exist."""
    asin = (call.text("asin") or "").upper()
    if len(asin) != 10 or not asin.isalnum():  # noqa: PLR2004 - the length of every ASIN
        raise invalid_input("asin must have ten letters and digits.")
    if call.text("sellerId") != call.seller_shop.seller.selling_partner_id:
        raise unauthorized("sellerId is not the selling partner of the access token.")
    reasons = _reasons(asin, call.texts("marketplaceIds")[0])
    restrictions = [
        {"marketplaceId": marketplace_id, "conditionType": call.text("conditionType") or "new_new", "reasons": reasons}
        for marketplace_id in call.texts("marketplaceIds")
    ]
    return Response.of(200, {"restrictions": restrictions if reasons else []})


def _reasons(asin: str, marketplace_id: str) -> list[dict[str, Any]]:
    if asin.endswith("A"):
        link = {
            "resource": f"{_APPROVAL}?asin={asin}&marketplaceID={marketplace_id}",
            "verb": "GET",
            "title": "Request Approval",
            "type": "text/html",
        }
        return [{"message": "You need approval to list this product.", "reasonCode": "APPROVAL_REQUIRED", "links": [link]}]
    if asin.endswith("N"):
        return [{"message": "You are not eligible to list this product.", "reasonCode": "NOT_ELIGIBLE"}]
    if asin.endswith("X"):
        return [{"message": "The ASIN does not exist in this marketplace.", "reasonCode": "ASIN_NOT_FOUND"}]
    return []
