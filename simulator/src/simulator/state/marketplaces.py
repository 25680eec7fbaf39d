"""Amazon's marketplaces: region, currency and names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One marketplace; ``domain`` is also its name in the Sellers API."""

    id: str
    country: str
    region: str
    currency: str
    language: str
    domain: str


_ROWS = """
A2EUQ1WTGCTBG2 CA NA CAD en_CA www.amazon.ca
ATVPDKIKX0DER US NA USD en_US www.amazon.com
A1AM78C64UM0Y8 MX NA MXN es_MX www.amazon.com.mx
A2Q3Y263D00KWC BR NA BRL pt_BR www.amazon.com.br
A28R8C7NBKEWEA IE EU EUR en_IE www.amazon.ie
A1RKKUPIHCS9HS ES EU EUR es_ES www.amazon.es
A1F83G8C2ARO7P GB EU GBP en_GB www.amazon.co.uk
A13V1IB3VIYZZH FR EU EUR fr_FR www.amazon.fr
AMEN7PMS3EDWL BE EU EUR fr_BE www.amazon.com.be
A1805IZSGTT6HS NL EU EUR nl_NL www.amazon.nl
A1PA6795UKMFR9 DE EU EUR de_DE www.amazon.de
APJ6JRA9NG5V4 IT EU EUR it_IT www.amazon.it
A2NODRKZP88ZB9 SE EU SEK sv_SE www.amazon.se
AE08WJ6YKNBMC ZA EU ZAR en_ZA www.amazon.co.za
A1C3SOZRARQ6R3 PL EU PLN pl_PL www.amazon.pl
ARBP9OOSHTCHU EG EU EGP ar_EG www.amazon.eg
A33AVAJ2PDY3EV TR EU TRY tr_TR www.amazon.com.tr
A17E79C6D8DWNP SA EU SAR ar_SA www.amazon.sa
A2VIGQ35RCS4UG AE EU AED en_AE www.amazon.ae
A21TJRUUN4KGV IN EU INR en_IN www.amazon.in
A19VAU5U5O7RUS SG FE SGD en_SG www.amazon.sg
A39IBJ37TRP1C6 AU FE AUD en_AU www.amazon.com.au
A1VC38T7YXB528 JP FE JPY ja_JP www.amazon.co.jp
"""

MARKETPLACES = {row.split()[0]: Marketplace(*row.split()) for row in _ROWS.strip().splitlines()}
_BY_COUNTRY = {marketplace.country: marketplace for marketplace in MARKETPLACES.values()}


def marketplace_named(name: str) -> Marketplace | None:
    """A marketplace by its id or its country code (UK and GB are one)."""
    return MARKETPLACES.get(name) or _BY_COUNTRY.get("GB" if name == "UK" else name)


def currency_digits(currency: str) -> int:
    """How many digits stand behind the point in amounts of a currency."""
    return 0 if currency == "JPY" else 2
