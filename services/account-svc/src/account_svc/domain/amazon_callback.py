"""Where Amazon's Appstore wants the seller's browser back: only ever a central of Amazon's own."""

import re
from dataclasses import dataclass
from typing import Final

from account_svc.domain.errors import InvalidInputError
from account_svc.domain.marketplaces import MARKETPLACES, Central, Marketplace

# Plain path characters, nothing encoded: no query, fragment, port, userinfo, backslash or control character gets in.
_PATH: Final = r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@-]+){1,20}"
_URI: Final = re.compile(rf"https://(?P<host>[a-z0-9.-]{{1,253}}){_PATH}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonCallback:
    """The address, on which of Amazon's sites it is, and the marketplaces that this site serves."""

    uri: str
    central: Central
    marketplaces: tuple[Marketplace, ...]


def parse_amazon_callback(text: str, override: str | None) -> AmazonCallback:
    """Return the address when its host is one of Amazon's seller or vendor centrals, or it lies under `override`.

    Raises `InvalidInputError` for every other text: an open redirector would hand a seller's state to a stranger
    (RFC 9700 section 4.11).
    """
    if override is not None and re.fullmatch(re.escape(override) + _PATH, text):
        return AmazonCallback(uri=text, central=Central.SELLER, marketplaces=MARKETPLACES)
    found = _URI.fullmatch(text) if len(text) <= 1024 else None  # noqa: PLR2004 - longer than any of Amazon's
    for central in Central if found else ():
        served = tuple(place for place in MARKETPLACES if _host(place, central) == found["host"]) if found else ()
        if served:
            return AmazonCallback(uri=text, central=central, marketplaces=served)
    raise InvalidInputError("amazon_callback_uri_invalid", "amazon_callback_uri must be an https address of a seller or vendor central")


def _host(place: Marketplace, central: Central) -> str | None:
    return place.seller_host if central is Central.SELLER else place.vendor_host
