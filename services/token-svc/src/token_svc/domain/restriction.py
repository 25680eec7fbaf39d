"""What a restricted data token covers."""

import json
from dataclasses import dataclass
from typing import Final

MAX_RESOURCES: Final = 50
METHODS: Final = frozenset({"GET", "PUT", "POST", "DELETE"})
DATA_ELEMENTS: Final = frozenset({"buyerInfo", "shippingAddress", "buyerTaxInformation"})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RestrictedResource:
    """One operation whose answer holds buyer data (Tokens API 2021-03-01): method, path and the data elements wanted."""

    method: str
    path: str
    data_elements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(sorted(METHODS))}")
        if not self.path.startswith("/"):
            raise ValueError("path must start with /")
        unknown = set(self.data_elements) - DATA_ELEMENTS
        if unknown:
            raise ValueError(f"unknown data elements: {', '.join(sorted(unknown))}")


@dataclass(frozen=True, slots=True)
class Restriction:
    """A set of restricted resources: order and repetition do not matter."""

    resources: tuple[RestrictedResource, ...]

    @classmethod
    def of(cls, resources: list[RestrictedResource]) -> "Restriction":
        """Return the set in one canonical order; raises `ValueError` when it is empty or larger than Amazon allows."""
        canonical = {RestrictedResource(method=r.method, path=r.path, data_elements=tuple(sorted(set(r.data_elements)))) for r in resources}
        if not 1 <= len(canonical) <= MAX_RESOURCES:
            raise ValueError(f"name 1 to {MAX_RESOURCES} restricted resources")
        return cls(tuple(sorted(canonical)))

    @property
    def text(self) -> str:
        """The whole set in one text; equal for equal sets and for no others."""
        return json.dumps([[r.method, r.path, list(r.data_elements)] for r in self.resources], separators=(",", ":"))
