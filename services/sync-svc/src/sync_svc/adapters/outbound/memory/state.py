"""What the memory store holds, all tenants together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.events import DomainEvent
from sync_svc.domain.freshness import Freshness
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.order import Order
from sync_svc.domain.run import Run


@dataclass(slots=True)
class MemoryState:
    """Plain dictionaries keyed by tenant first; values are frozen, so a shallow copy is a snapshot."""

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict[tuple[str, str], Account])
    runs: dict[tuple[str, str], Run] = field(default_factory=dict[tuple[str, str], Run])
    orders: dict[tuple[str, str, str], Order] = field(default_factory=dict[tuple[str, str, str], Order])
    items: dict[tuple[str, str, str, str], InventoryItem] = field(default_factory=dict[tuple[str, str, str, str], InventoryItem])
    seen: dict[tuple[str, str, str, str], str] = field(default_factory=dict[tuple[str, str, str, str], str])
    freshness: dict[tuple[str, str, Dataset], Freshness] = field(default_factory=dict[tuple[str, str, Dataset], Freshness])
    events: list[tuple[str, DomainEvent]] = field(default_factory=list[tuple[str, DomainEvent]])

    def tell(self, tenant: str, events: Sequence[DomainEvent]) -> None:
        """Note the tenant's events after those before."""
        self.events += [(tenant, event) for event in events]

    def copy(self) -> "MemoryState":
        """Return a snapshot."""
        return MemoryState(
            accounts=dict(self.accounts),
            runs=dict(self.runs),
            orders=dict(self.orders),
            items=dict(self.items),
            seen=dict(self.seen),
            freshness=dict(self.freshness),
            events=list(self.events),
        )
