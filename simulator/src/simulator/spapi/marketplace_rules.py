"""Marketplaces named in a call must be the seller's own, in this region."""

from typing import Any

from simulator.spapi.call import Call
from simulator.spapi.refusal import invalid_input, unauthorized
from simulator.state.marketplaces import MARKETPLACES

_NAMES = {"marketplaceids", "marketplaceid", "granularityid", "filtermarketplaceids", "searchmarketplaceids"}


def check_marketplaces(call: Call) -> None:
    """Raises for the first marketplace in query or body that the seller may not name: 403 for another region's, else 400."""
    if call.shop is None:
        return
    for name, value in call.query.items():
        if name.lower() in _NAMES:
            _check(call, name, value)
    if isinstance(call.body, dict):
        for name, value in call.body.items():
            if name.lower() in _NAMES:
                _check(call, name, value)


def _check(call: Call, name: str, value: Any) -> None:
    for marketplace_id in value if isinstance(value, list) else [value]:
        require_marketplace(call, name, marketplace_id)


def require_marketplace(call: Call, name: str, marketplace_id: Any) -> None:
    """Raises unless the seller sells in that marketplace of this region."""
    marketplace = MARKETPLACES.get(marketplace_id) if isinstance(marketplace_id, str) else None
    if marketplace is None:
        raise invalid_input(f"{name}: {marketplace_id} is no marketplace.")
    if marketplace.region != call.region:
        raise unauthorized(f"{name}: {marketplace_id} belongs to the endpoint of another region.")
    if not call.seller_shop.seller.sells_in(marketplace_id):
        raise invalid_input(f"{name}: the selling partner does not sell in {marketplace_id}.")
