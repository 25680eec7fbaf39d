"""One transaction over everything a tenant has."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sync_svc.application.ports.accounts import AccountRepository
from sync_svc.application.ports.freshness import FreshnessRepository
from sync_svc.application.ports.inventory import InventoryRepository
from sync_svc.application.ports.orders import OrderRepository
from sync_svc.application.ports.runs import RunHistory, RunRepository
from sync_svc.domain.events import DomainEvent


class Outbox(Protocol):
    """Events that leave when, and only when, the transaction ends well."""

    async def append(self, *events: DomainEvent) -> None:
        """Record the events, in this order."""
        ...


class Transaction(Protocol):
    """The repositories of one transaction of one tenant."""

    @property
    def accounts(self) -> AccountRepository: ...
    @property
    def runs(self) -> RunRepository: ...
    @property
    def history(self) -> RunHistory: ...
    @property
    def orders(self) -> OrderRepository: ...
    @property
    def inventory(self) -> InventoryRepository: ...
    @property
    def freshness(self) -> FreshnessRepository: ...
    @property
    def outbox(self) -> Outbox: ...


class UnitOfWork(Protocol):
    """Where transactions come from."""

    def transaction(self, tenant: str) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that sees and writes the tenant's rows only.

        It is kept when the block ends well and undone, events included, when it raises. Raises `Unavailable` when the
        store is away.
        """
        ...
