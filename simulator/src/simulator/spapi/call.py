"""One call that passed every check, on its way to its operation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.ledger import Entry
from simulator.spapi.catalogue import Operation
from simulator.state.credentials import AccessToken
from simulator.state.sellers import Shop
from simulator.state.world import World

Value = str | int | float | bool | datetime | list[str]


@dataclass(slots=True, kw_only=True)
class Call:
    """What an operation needs. ``query`` holds values of the published types; ``seller`` is absent in grantless calls."""

    world: World
    operation: Operation
    region: str
    token: AccessToken
    shop: Shop | None
    path_values: dict[str, str]
    query: dict[str, Value]
    body: Any
    now: datetime
    entry: Entry

    @property
    def seller_shop(self) -> Shop:
        """The seller's books; every operation that is not grantless has them."""
        if self.shop is None:
            raise LookupError("a grantless call has no seller")
        return self.shop

    def text(self, name: str) -> str | None:
        """A string parameter, or None."""
        value = self.query.get(name)
        return value if isinstance(value, str) else None

    def moment(self, name: str) -> datetime | None:
        """A time parameter, or None."""
        value = self.query.get(name)
        return value if isinstance(value, datetime) else None

    def number(self, name: str, default: int) -> int:
        """An integer parameter, or the default."""
        value = self.query.get(name)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """A boolean parameter, False when absent."""
        return self.query.get(name) is True

    def texts(self, name: str) -> list[str]:
        """A list parameter, empty when absent."""
        value = self.query.get(name)
        return value if isinstance(value, list) else []

    def pii_allowed(self, element: str) -> bool:
        """Whether the token opens one element of personal data in this call (the path was matched already)."""
        resources = self.token.resources or []
        return any(element in resource.elements for resource in resources if resource.method == self.operation.method)
