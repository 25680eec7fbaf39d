"""What sync-svc tells the world, in the past tense; adapters put it on the wire."""

from dataclasses import dataclass

from sync_svc.domain.account import Account
from sync_svc.domain.inventory import InventoryItem
from sync_svc.domain.order import Order
from sync_svc.domain.run import Run


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """The stored order differs from before, or was not there before."""

    order: Order
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class InventoryChanged:
    """The stored stock of a SKU differs from before, or the SKU is gone."""

    item: InventoryItem
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A worker began (or took over) the run."""

    run: Run


@dataclass(frozen=True, slots=True)
class RunProgressed:
    """A page of the run was stored."""

    run: Run


@dataclass(frozen=True, slots=True)
class RunCompleted:
    """All pages of the run are stored."""

    run: Run


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The run ended with an error."""

    run: Run


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """The account was connected, changed, disconnected or erased."""

    account: Account
    reason: str


@dataclass(frozen=True, slots=True)
class WorkRequested:
    """The run waits for a worker; `delivery` tells one request for the same run from another."""

    run: Run
    delivery: int = 0


DomainEvent = OrderChanged | InventoryChanged | RunStarted | RunProgressed | RunCompleted | RunFailed | AccountChanged | WorkRequested
