"""One transaction over everything a tenant has."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sync_svc.application.ports.account_repository import AccountRepository
from sync_svc.application.ports.freshness_repository import FreshnessRepository
from sync_svc.application.ports.inventory_repository import InventoryRepository
from sync_svc.application.ports.order_repository import OrderRepository
from sync_svc.application.ports.run_repository import RunRepository


class Transaction(Protocol):
    """The repositories of one transaction of one tenant; what they are told of a change leaves when, and only when, it ends well."""

    @property
    def accounts(self) -> AccountRepository:
        """Return the tenant's accounts, seen and written by this transaction."""
        ...

    @property
    def runs(self) -> RunRepository:
        """Return the tenant's runs, seen and written by this transaction."""
        ...

    @property
    def orders(self) -> OrderRepository:
        """Return the tenant's orders, seen and written by this transaction."""
        ...

    @property
    def inventory(self) -> InventoryRepository:
        """Return the tenant's stock, seen and written by this transaction."""
        ...

    @property
    def freshness(self) -> FreshnessRepository:
        """Return how fresh the tenant's data is, seen and written by this transaction."""
        ...


class UnitOfWork(Protocol):
    """Where transactions come from."""

    def transaction(self, tenant: str) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that sees and writes the tenant's rows only.

        It is kept when the block ends well and undone, events included, when it raises. Raises `Unavailable` when the
        store is away.
        """
        ...
