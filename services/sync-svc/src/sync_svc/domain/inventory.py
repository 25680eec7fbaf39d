"""Stock of one SKU in one marketplace, and the sums a dashboard shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

DEFAULT_REORDER_POINT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryItem:
    """The state of one SKU as Amazon counted it at `last_updated`."""

    account_id: str
    marketplace_id: str
    seller_sku: str
    asin: str | None
    fn_sku: str | None
    product_name: str | None
    condition: str | None
    total_quantity: int
    fulfillable_quantity: int
    reserved_quantity: int
    inbound_quantity: int
    unfulfillable_quantity: int
    last_updated: datetime
    reorder_point: int | None = None

    def __post_init__(self) -> None:
        if not self.seller_sku:
            raise ValueError("an inventory item has a SKU")
        if self.last_updated.tzinfo is None:
            raise ValueError("times are aware")

    @property
    def is_out_of_stock(self) -> bool:
        return self.fulfillable_quantity <= 0

    @property
    def is_low(self) -> bool:
        """Return whether there is some, but less than the reorder point."""
        point = DEFAULT_REORDER_POINT if self.reorder_point is None else self.reorder_point
        return 0 < self.fulfillable_quantity < point


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTotals:
    """The figures of the inventory tile."""

    total_skus: int
    total_quantity: int
    low_stock_items: int
    out_of_stock_items: int
