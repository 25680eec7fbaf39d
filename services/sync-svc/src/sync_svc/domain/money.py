"""Money: an exact amount in one currency; amounts of different currencies never meet."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

_MINOR_UNITS: Final = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise ValueError("an amount must be finite")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValueError("a currency is three capital letters")

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} are never added")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def divided_by(self, count: int) -> "Money":
        """Return the share of one of `count`, rounded half to even to the currency's minor units."""
        unit = Decimal(1).scaleb(-minor_units(self.currency))
        return Money(amount=(self.amount / count).quantize(unit, rounding=ROUND_HALF_EVEN), currency=self.currency)

    def text(self) -> str:
        """Return the amount as a plain decimal with at least the currency's minor units and no digit lost."""
        unit = Decimal(1).scaleb(-minor_units(self.currency))
        padded = self.amount.quantize(unit)
        return f"{padded if padded == self.amount else self.amount.normalize():f}"


def minor_units(currency: str) -> int:
    """Return how many decimals the currency is counted in (ISO 4217)."""
    return _MINOR_UNITS.get(currency, 2)
