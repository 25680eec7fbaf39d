"""Makes believable orders and stock from a seed: the same seed makes the same world."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from simulator.state.inventory import StockItem
from simulator.state.marketplaces import MARKETPLACES, currency_digits
from simulator.state.orders import Order, OrderItem, Status
from simulator.state.sellers import Shop

_THINGS = ("Lamp", "Kettle", "Backpack", "Notebook", "Teapot", "Blanket", "Charger", "Bottle", "Wallet", "Puzzle", "Mug", "Planter")
_KINDS = ("Harbour", "Juniper", "Nimbus", "Cobalt", "Linen", "Walnut", "Aurora", "Pebble", "Saffron", "Meadow")
_PRICE_FACTOR = {"JPY": 150, "INR": 80, "SEK": 11, "PLN": 4, "MXN": 18, "TRY": 35, "ZAR": 18, "EGP": 48}
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


class Generator:
    """Draws from its own random numbers, so that nothing else moves them."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(f"sellerport:{seed}")

    def stock(self, shop: Shop, count: int, now: datetime) -> list[StockItem]:
        """``count`` SKUs spread over the seller's marketplaces; some low, some out of stock."""
        return [self._stock_item(shop, now - timedelta(minutes=self._random.randrange(60, 40_000))) for _ in range(count)]

    def _stock_item(self, shop: Shop, updated: datetime) -> StockItem:
        draw = self._random
        number = shop.seller.sku_count = shop.seller.sku_count + 1
        marketplace = MARKETPLACES[shop.seller.marketplaces[(number - 1) % len(shop.seller.marketplaces)]]
        thing, kind = draw.choice(_THINGS), draw.choice(_KINDS)
        return StockItem(
            marketplace_id=marketplace.id,
            seller_sku=f"{marketplace.country}-{thing.upper()}-{number:04d}",
            asin="B0" + "".join(draw.choices(_ALPHABET, k=8)),
            fn_sku="X00" + "".join(draw.choices(_ALPHABET, k=7)),
            product_name=f"{kind} {thing}",
            updated=updated,
            fulfillable=draw.choice((0, draw.randrange(1, 10), draw.randrange(10, 400), draw.randrange(10, 400))),
            inbound_shipped=draw.choice((0, 0, draw.randrange(0, 60))),
            inbound_receiving=draw.choice((0, 0, draw.randrange(0, 20))),
            reserved_orders=draw.randrange(0, 5),
            reserved_processing=draw.choice((0, 0, draw.randrange(0, 6))),
            damaged=draw.choice((0, 0, 0, draw.randrange(0, 4))),
        )

    def history(self, shop: Shop, count: int, now: datetime) -> list[Order]:
        """``count`` orders of the last 30 days in the states such orders have."""
        orders = []
        for _ in range(count):
            age = timedelta(minutes=self._random.randrange(3, 30 * 24 * 60))
            created = now - age
            updated = created + age * self._random.random()
            status = self._status(age)
            orders.append(self.order(shop, created=created, updated=updated, status=status))
        return orders

    def _status(self, age: timedelta) -> Status:
        chance = self._random.random()
        if chance < 0.06:  # noqa: PLR2004 - a share
            return "CANCELLED"
        if age < timedelta(hours=6):
            return "PENDING" if chance < 0.5 else "UNSHIPPED"  # noqa: PLR2004 - a share
        if age < timedelta(days=2):
            return "UNSHIPPED" if chance < 0.6 else "PARTIALLY_SHIPPED" if chance < 0.7 else "SHIPPED"  # noqa: PLR2004 - shares
        return "UNFULFILLABLE" if chance > 0.995 else "SHIPPED"  # noqa: PLR2004 - a share

    def order(
        self, shop: Shop, *, created: datetime, updated: datetime, status: Status = "PENDING", marketplace_id: str | None = None
    ) -> Order:
        """One order of the seller, for SKUs it has (or a made-up one when it has none)."""
        draw = self._random
        marketplace = MARKETPLACES[marketplace_id or draw.choice(shop.seller.marketplaces)]
        choice = [item for item in shop.stock if item.marketplace_id == marketplace.id] or [self._stock_item(shop, created)]
        lines = draw.sample(choice, k=min(len(choice), draw.choice((1, 1, 1, 2, 3))))
        items = [self._line(item, marketplace.currency) for item in lines]
        if status == "PARTIALLY_SHIPPED" and sum(item.quantity for item in items) == 1:
            items[0].quantity = 2
        order = Order(
            order_id=f"{draw.randrange(100, 1000)}-{draw.randrange(10**6, 10**7)}-{draw.randrange(10**6, 10**7)}",
            marketplace_id=marketplace.id,
            created=_whole(created),
            updated=_whole(updated),
            status=status,
            fulfilled_by=draw.choice(("AMAZON", "AMAZON", "MERCHANT")),
            currency=marketplace.currency,
            total=sum((item.unit_price * item.quantity for item in items), Decimal(0)),
            items=items,
            buyer_number=draw.randrange(10**6),
        )
        ship(order)
        return order

    def _line(self, item: StockItem, currency: str) -> OrderItem:
        draw = self._random
        cents = draw.randrange(499, 14_999) * _PRICE_FACTOR.get(currency, 1)
        digits = currency_digits(currency)
        return OrderItem(
            order_item_id=str(draw.randrange(10**13, 10**14)),
            seller_sku=item.seller_sku,
            asin=item.asin,
            title=item.product_name,
            quantity=draw.choice((1, 1, 1, 2, 3)),
            unit_price=Decimal(cents // 100) if digits == 0 else Decimal(cents).scaleb(-2),
        )

    def pick(self, upto: int) -> int:
        """A number in ``range(upto)``."""
        return self._random.randrange(upto)


def ship(order: Order) -> None:
    """Makes the shipped quantities agree with the order's status."""
    for place, item in enumerate(order.items):
        if order.status == "SHIPPED":
            item.quantity_shipped = item.quantity
        elif order.status == "PARTIALLY_SHIPPED":
            item.quantity_shipped = item.quantity // 2 if len(order.items) == 1 else item.quantity * (place == 0)
        else:
            item.quantity_shipped = 0


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
