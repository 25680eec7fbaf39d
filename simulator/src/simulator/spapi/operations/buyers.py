"""Personal data of made-up buyers."""

from simulator.state.marketplaces import MARKETPLACES
from simulator.state.orders import Order

_FIRST = ("Ada", "Ben", "Chloe", "Dario", "Elif", "Finn", "Greta", "Hugo", "Iris", "Jonas")
_LAST = ("Archer", "Brandt", "Castillo", "Dubois", "Eriksen", "Ferrari", "Gruber", "Hayashi", "Ivanov", "Jensen")


def name(order: Order) -> str:
    """The buyer's name."""
    return f"{_FIRST[order.buyer_number % 10]} {_LAST[order.buyer_number // 10 % 10]}"


def email(order: Order) -> str:
    """The relay address that Amazon shows instead of the buyer's."""
    domain = MARKETPLACES[order.marketplace_id].domain.removeprefix("www.amazon.")
    return f"b{order.buyer_number:06d}@marketplace.amazon.{domain}"


def street(order: Order) -> str:
    """The first line of the address."""
    return f"{order.buyer_number % 200 + 1} Example Street"


def city(order: Order) -> str:
    """The city."""
    return ("Springfield", "Riverton", "Lakeside", "Hillview")[order.buyer_number % 4]


def postal_code(order: Order) -> str:
    """The postal code."""
    return f"{order.buyer_number % 90000 + 10000}"


def country(order: Order) -> str:
    """The country the order goes to."""
    return MARKETPLACES[order.marketplace_id].country
