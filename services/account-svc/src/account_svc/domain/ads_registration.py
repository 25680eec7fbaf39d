"""What it takes to register an ads account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from account_svc.domain.errors import InvalidInputError

_KINDS: Final = frozenset({"amazonSeller", "amazonVendor", "amazonAuthor", "business"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsRegistration:
    """A wish for an account in one country, for one seller, vendor, author or business (Amazon's RegisterAdsAccount)."""

    name: str
    country: str
    association: Mapping[str, Mapping[str, str]]
    terms_token: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInputError("name_invalid", "name must not be empty")
        if len(self.association) != 1 or not set(self.association) <= _KINDS:
            raise InvalidInputError("association_invalid", "name exactly one of amazonSeller, amazonVendor, amazonAuthor, business")

    def wire(self) -> dict[str, object]:
        """Return it in Amazon's words, which are UK for GB."""
        country = "UK" if self.country == "GB" else self.country
        body: dict[str, object] = {"accountName": self.name, "countryCodes": [country], "associations": [self.association]}
        return body if self.terms_token is None else body | {"termsToken": self.terms_token}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsTerms:
    """Terms that somebody must accept at `url` before `token` is worth anything."""

    token: str = field(repr=False)
    url: str
