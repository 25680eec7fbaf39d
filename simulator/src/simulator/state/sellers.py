"""Sellers and everything that is theirs."""

from dataclasses import dataclass, field

import msgspec

from simulator.state.ads import AdsBook
from simulator.state.inventory import StockBook
from simulator.state.marketplaces import MARKETPLACES, Marketplace
from simulator.state.orders import OrderBook


class Seller(msgspec.Struct, kw_only=True):
    """One selling partner account in one region."""

    selling_partner_id: str
    name: str
    region: str
    marketplaces: list[str]
    requires_signing: bool = False
    rotates_refresh_tokens: bool = False
    sku_count: int = 0

    def sells_in(self, marketplace_id: str) -> bool:
        """Whether the seller takes part in that marketplace."""
        return marketplace_id in self.marketplaces

    @property
    def participations(self) -> list[Marketplace]:
        """The marketplaces, with what is known of them."""
        return [MARKETPLACES[marketplace_id] for marketplace_id in self.marketplaces]


@dataclass(slots=True)
class Shop:
    """A seller with its books."""

    seller: Seller
    orders: OrderBook = field(default_factory=OrderBook)
    stock: StockBook = field(default_factory=StockBook)
    ads: AdsBook = field(default_factory=AdsBook)
