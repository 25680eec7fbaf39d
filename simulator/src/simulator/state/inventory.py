"""FBA stock of one seller."""

from collections.abc import Iterator
from datetime import datetime

import msgspec


class StockItem(msgspec.Struct, kw_only=True):
    """The stock of one SKU in one marketplace."""

    marketplace_id: str
    seller_sku: str
    asin: str
    fn_sku: str
    product_name: str
    updated: datetime
    condition: str = "NewItem"
    fulfillable: int = 0
    inbound_working: int = 0
    inbound_shipped: int = 0
    inbound_receiving: int = 0
    reserved_orders: int = 0
    reserved_transshipment: int = 0
    reserved_processing: int = 0
    researching: int = 0
    damaged: int = 0
    defective: int = 0

    @property
    def reserved(self) -> int:
        """All units that are promised or on the move inside Amazon."""
        return self.reserved_orders + self.reserved_transshipment + self.reserved_processing

    @property
    def total(self) -> int:
        """All units Amazon knows of, wherever they are."""
        inbound = self.inbound_working + self.inbound_shipped + self.inbound_receiving
        return self.fulfillable + inbound + self.reserved + self.researching + self.damaged + self.defective


class StockBook:
    """The stock of one seller, by marketplace and SKU."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], StockItem] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[StockItem]:
        return iter(self._items.values())

    def get(self, marketplace_id: str, seller_sku: str) -> StockItem | None:
        """The stock of a SKU, or None."""
        return self._items.get((marketplace_id, seller_sku))

    def put(self, item: StockItem) -> None:
        """Adds or replaces the stock of a SKU."""
        self._items[item.marketplace_id, item.seller_sku] = item

    def sorted(self, marketplace_id: str, *, behind: str | None = None) -> Iterator[StockItem]:
        """The marketplace's stock in the order of the SKUs, beginning behind one already served."""
        return (
            self._items[key] for key in sorted(key for key in self._items if key[0] == marketplace_id) if behind is None or key[1] > behind
        )
