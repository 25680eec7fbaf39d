"""Who may call: the token, its owner, its kind, and the region."""

import re
from datetime import datetime
from urllib.parse import unquote

from simulator.spapi.catalogue import Operation
from simulator.spapi.refusal import EXPIRED, REVOKED, unauthorized
from simulator.state.credentials import AccessToken, Resource, digest
from simulator.state.sellers import Shop
from simulator.state.world import World

# Restricted operations that answer without a restricted token, leaving personal data out
# (Tokens API model: data elements exist for these three only), and reports, most of which are not restricted at all.
_REDACTED_WITHOUT_RDT = {
    ("GET", "/orders/v0/orders"),
    ("GET", "/orders/v0/orders/{orderId}"),
    ("GET", "/orders/v0/orders/{orderId}/orderItems"),
}
_OPEN_WITHOUT_RDT = {("GET", "/reports/2021-06-30/documents/{reportDocumentId}")}


def known_token(world: World, secret: str) -> AccessToken | None:
    """The record of a token, whatever state it is in."""
    return world.credentials.access_tokens.get(digest(secret))


def authorise(world: World, token: AccessToken | None, operation: Operation, *, region: str, path: str, now: datetime) -> Shop | None:
    """Raises 403 unless the token opens this operation here and now; returns the seller's shop (None for grantless calls)."""
    if token is None or token.family in world.credentials.revoked_families:
        raise unauthorized(REVOKED)
    if token.expires <= now:
        raise unauthorized(EXPIRED)
    if operation.sandbox_only:
        raise unauthorized("This operation exists in the sandbox only.")
    if operation.grantless_scope is not None or token.scope is not None:
        if token.scope is None or token.scope != operation.grantless_scope:
            raise unauthorized("The operation and the scope of the access token do not belong together.")
        return None
    shop = world.shop(token.selling_partner_id)
    if shop is None:
        raise unauthorized(REVOKED)
    if shop.seller.region != region:
        raise unauthorized("The selling partner does not belong to this region's endpoint.")
    _check_restriction(token, operation, path)
    return shop


def _check_restriction(token: AccessToken, operation: Operation, path: str) -> None:
    key = (operation.method, operation.path)
    if token.resources is None:
        if operation.restricted and key not in _REDACTED_WITHOUT_RDT | _OPEN_WITHOUT_RDT:
            raise unauthorized("This operation is restricted: it takes a restricted data token.")
    elif not operation.restricted:
        raise unauthorized("A restricted data token opens restricted operations only.")
    elif not any(covers(resource, operation.method, path) for resource in token.resources):
        raise unauthorized("The restricted data token was not made for this method and path.")


def covers(resource: Resource, method: str, path: str) -> bool:
    """Whether a restricted resource, concrete or with ``{…}`` placeholders, includes this call."""
    if resource.method != method:
        return False
    pattern = "/".join("[^/]+" if re.fullmatch(r"\{\w+\}", part) else re.escape(unquote(part)) for part in resource.path.split("/"))
    return re.fullmatch(pattern, unquote(path)) is not None
