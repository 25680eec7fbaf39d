"""The three regions of the Selling Partner API."""

from enum import StrEnum

from account_svc.domain.errors import InvalidInputError


class Region(StrEnum):
    """Where an authorisation holds: one endpoint, one set of marketplaces."""

    NA = "NA"
    EU = "EU"
    FE = "FE"


def parse_region(text: str) -> Region:
    """Return the region of that name; raise `InvalidInputError` for any other text."""
    try:
        return Region(text)
    except ValueError:
        raise InvalidInputError("region_invalid", "region must be NA, EU or FE") from None
