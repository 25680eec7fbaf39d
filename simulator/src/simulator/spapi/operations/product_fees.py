"""Product fees v0: estimates for one ASIN or SKU, and a batch. HTTP 200 may hold an error per item."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from simulator.clock import stamp
from simulator.spapi.call import Call
from simulator.spapi.marketplace_rules import require_marketplace
from simulator.spapi.refusal import invalid_input
from simulator.state.marketplaces import MARKETPLACES, currency_digits
from simulator.web.response import Response

_MAX_BATCH = 20
_REFERRAL_SHARE = Decimal("0.15")
_FBA_FEE = Decimal("3.22")
_ID_TYPES = ("ASIN", "SellerSKU")  # looked through by equality: a body may hold anything


class _ItemError(Exception):
    """The estimate of one item fails; the call does not."""


def estimate_for_asin(call: Call) -> Response:
    """POST /products/fees/v0/items/{Asin}/feesEstimate."""
    return Response.of(200, {"payload": {"FeesEstimateResult": _one(call, "ASIN", call.path_values["Asin"], call.body)}})


def estimate_for_sku(call: Call) -> Response:
    """POST /products/fees/v0/listings/{SellerSKU}/feesEstimate."""
    return Response.of(200, {"payload": {"FeesEstimateResult": _one(call, "SellerSKU", call.path_values["SellerSKU"], call.body)}})


def estimate_batch(call: Call) -> Response:
    """POST /products/fees/v0/feesEstimate: a bare array in, a bare array out."""
    if not 1 <= len(call.body) <= _MAX_BATCH:
        raise invalid_input(f"The batch takes 1 to {_MAX_BATCH} items.")
    for item in call.body:
        if not isinstance(item, dict) or item.get("IdType") not in _ID_TYPES or not isinstance(item.get("IdValue"), str):
            raise invalid_input("Each item needs IdType (ASIN or SellerSKU) and IdValue.")
    return Response.of(200, [_one(call, item["IdType"], item["IdValue"], item) for item in call.body])


def _one(call: Call, id_type: str, id_value: str, holder: dict[str, Any]) -> dict[str, Any]:
    request = holder.get("FeesEstimateRequest")
    if not isinstance(request, dict):
        raise invalid_input("FeesEstimateRequest is required.")
    if not isinstance(request.get("Identifier"), str):
        raise invalid_input("FeesEstimateRequest.Identifier is required.")
    require_marketplace(call, "MarketplaceId", request.get("MarketplaceId"))
    result: dict[str, Any] = {
        "FeesEstimateIdentifier": {
            "MarketplaceId": request["MarketplaceId"],
            "SellerId": call.seller_shop.seller.selling_partner_id,
            "IdType": id_type,
            "IdValue": id_value,
            "IsAmazonFulfilled": request.get("IsAmazonFulfilled", False),
            "PriceToEstimateFees": request.get("PriceToEstimateFees"),
            "SellerInputIdentifier": request["Identifier"],
        }
    }
    try:
        estimate = _estimate(call, id_type, id_value, request)
    except _ItemError as error:
        return {
            **result,
            "Status": "ClientError",
            "Error": {"Type": "Sender", "Code": "InvalidParameterValue", "Message": str(error), "Detail": []},
        }
    return {**result, "Status": "Success", "FeesEstimate": estimate}


def _estimate(call: Call, id_type: str, id_value: str, request: dict[str, Any]) -> dict[str, Any]:
    currency = MARKETPLACES[request["MarketplaceId"]].currency
    if id_type == "ASIN" and (len(id_value) != 10 or id_value.upper().endswith("X")):  # noqa: PLR2004 - the length of every ASIN
        raise _ItemError("There is an client-side error. Please verify your inputs.")
    if id_type == "SellerSKU" and call.seller_shop.stock.get(request["MarketplaceId"], id_value) is None:
        raise _ItemError("The SKU is not in the seller's catalogue.")
    price = request.get("PriceToEstimateFees")
    listing, shipping = (_amount(price, name, currency) for name in ("ListingPrice", "Shipping"))
    if listing is None:
        raise invalid_input("PriceToEstimateFees.ListingPrice is required.")
    quantum = Decimal(1).scaleb(-currency_digits(currency))
    referral = ((listing + (shipping or Decimal(0))) * _REFERRAL_SHARE).quantize(quantum, ROUND_HALF_UP)
    fees = [("ReferralFee", referral)]
    if request.get("IsAmazonFulfilled"):
        fees.append(("FBAFees", _FBA_FEE.quantize(quantum, ROUND_HALF_UP)))
    return {
        "TimeOfFeesEstimation": stamp(call.now),
        "TotalFeesEstimate": _money(sum((fee for _, fee in fees), Decimal(0)), currency),
        "FeeDetailList": [
            {
                "FeeType": name,
                "FeeAmount": _money(fee, currency),
                "FeePromotion": _money(Decimal(0), currency),
                "FinalFee": _money(fee, currency),
            }
            for name, fee in fees
        ],
    }


def _amount(price: Any, name: str, currency: str) -> Decimal | None:
    money = price.get(name) if isinstance(price, dict) else None
    if money is None:
        return None
    try:
        amount = Decimal(str(money["Amount"]))
        stated = money["CurrencyCode"]
    except (KeyError, TypeError, InvalidOperation):
        raise invalid_input(f"PriceToEstimateFees.{name} needs CurrencyCode and Amount.") from None
    if amount < 0 or not amount.is_finite():
        raise invalid_input(f"PriceToEstimateFees.{name}.Amount must not be negative.")
    if stated != currency:
        raise _ItemError(f"The currency of the marketplace is {currency}.")
    return amount


def _money(amount: Decimal, currency: str) -> dict[str, Any]:
    # Amazon prints these amounts as JSON numbers; two decimals survive a float exactly when printed.
    return {"CurrencyCode": currency, "Amount": float(amount)}
