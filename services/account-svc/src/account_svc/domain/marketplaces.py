"""The marketplaces a seller or vendor can be connected through (Amazon's "Marketplace IDs" and its auth-lifecycle sample)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from account_svc.domain.errors import InvalidInputError
from account_svc.domain.region import Region


class Central(StrEnum):
    """On which of Amazon's sites consent is given."""

    SELLER = "seller"
    VENDOR = "vendor"


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One marketplace: its id, country, region and the hosts of its consent pages (none known: None)."""

    country: str
    id: str
    region: Region
    seller_host: str
    vendor_host: str | None

    def consent_host(self, central: Central) -> str:
        """Return the host of the consent page; raise `InvalidInputError` where Amazon has no vendor central."""
        if central is Central.SELLER:
            return self.seller_host
        if self.vendor_host is None:
            raise InvalidInputError("marketplace_unsupported", f"Amazon has no vendor central for {self.country}")
        return self.vendor_host


_NA, _EU, _FE = Region.NA, Region.EU, Region.FE
MARKETPLACES: Final = (
    Marketplace("CA", "A2EUQ1WTGCTBG2", _NA, "sellercentral.amazon.ca", "vendorcentral.amazon.ca"),
    Marketplace("US", "ATVPDKIKX0DER", _NA, "sellercentral.amazon.com", "vendorcentral.amazon.com"),
    Marketplace("MX", "A1AM78C64UM0Y8", _NA, "sellercentral.amazon.com.mx", "vendorcentral.amazon.com.mx"),
    Marketplace("BR", "A2Q3Y263D00KWC", _NA, "sellercentral.amazon.com.br", "vendorcentral.amazon.com.br"),
    Marketplace("IE", "A28R8C7NBKEWEA", _EU, "sellercentral.amazon.ie", None),
    Marketplace("ES", "A1RKKUPIHCS9HS", _EU, "sellercentral-europe.amazon.com", "vendorcentral.amazon.es"),
    Marketplace("UK", "A1F83G8C2ARO7P", _EU, "sellercentral-europe.amazon.com", "vendorcentral.amazon.co.uk"),
    Marketplace("FR", "A13V1IB3VIYZZH", _EU, "sellercentral-europe.amazon.com", "vendorcentral.amazon.fr"),
    Marketplace("BE", "AMEN7PMS3EDWL", _EU, "sellercentral.amazon.com.be", "vendorcentral.amazon.com.be"),
    Marketplace("NL", "A1805IZSGTT6HS", _EU, "sellercentral.amazon.nl", "vendorcentral.amazon.nl"),
    Marketplace("DE", "A1PA6795UKMFR9", _EU, "sellercentral-europe.amazon.com", "vendorcentral.amazon.de"),
    Marketplace("IT", "APJ6JRA9NG5V4", _EU, "sellercentral-europe.amazon.com", "vendorcentral.amazon.it"),
    Marketplace("SE", "A2NODRKZP88ZB9", _EU, "sellercentral.amazon.se", "vendorcentral.amazon.se"),
    Marketplace("ZA", "AE08WJ6YKNBMC", _EU, "sellercentral.amazon.co.za", None),
    Marketplace("PL", "A1C3SOZRARQ6R3", _EU, "sellercentral.amazon.pl", "vendorcentral.amazon.pl"),
    Marketplace("EG", "ARBP9OOSHTCHU", _EU, "sellercentral.amazon.eg", "vendorcentral.amazon.me"),
    Marketplace("TR", "A33AVAJ2PDY3EV", _EU, "sellercentral.amazon.com.tr", "vendorcentral.amazon.com.tr"),
    Marketplace("SA", "A17E79C6D8DWNP", _EU, "sellercentral.amazon.sa", "vendorcentral.amazon.me"),
    Marketplace("AE", "A2VIGQ35RCS4UG", _EU, "sellercentral.amazon.ae", "vendorcentral.amazon.me"),
    Marketplace("IN", "A21TJRUUN4KGV", _EU, "sellercentral.amazon.in", "www.vendorcentral.in"),
    Marketplace("SG", "A19VAU5U5O7RUS", _FE, "sellercentral.amazon.sg", "vendorcentral.amazon.com.sg"),
    Marketplace("AU", "A39IBJ37TRP1C6", _FE, "sellercentral.amazon.com.au", "vendorcentral.amazon.com.au"),
    Marketplace("JP", "A1VC38T7YXB528", _FE, "sellercentral.amazon.co.jp", "vendorcentral.amazon.co.jp"),
)
_BY_NAME: Final = {name: place for place in MARKETPLACES for name in (place.id, place.country)}
# Amazon's documents say UK, its SDKs also GB (ISO 3166).
_ALIASES: Final = {"GB": "UK"}


def find_marketplace(name: str) -> Marketplace:
    """Return the marketplace by id or country code (UK and GB alike); raise `InvalidInputError` for an unknown one."""
    try:
        return _BY_NAME[_ALIASES.get(name.upper(), name.upper())]
    except KeyError:
        raise InvalidInputError(
            "marketplace_unknown", "marketplace must be a marketplace id or a country code such as US, DE, UK"
        ) from None


def marketplaces_in(region: Region, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the named marketplaces, each once; refuse none at all and any outside `region`."""
    found = dict.fromkeys(find_marketplace(name) for name in names)
    if not found:
        raise InvalidInputError("marketplaces_missing", "name at least one marketplace")
    if any(place.region is not region for place in found):
        raise InvalidInputError("marketplace_region_mismatch", f"every marketplace must lie in region {region}")
    return tuple(place.id for place in found)
