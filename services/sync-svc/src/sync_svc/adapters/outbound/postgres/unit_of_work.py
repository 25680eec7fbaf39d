"""Transactions in PostgreSQL."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from svc_kit.database import Database
from svc_kit.messaging import Event
from svc_kit.outbox import append, outbox_table
from sync_svc.adapters.outbound.postgres.accounts import PostgresAccountRepository
from sync_svc.adapters.outbound.postgres.freshness import PostgresFreshnessRepository
from sync_svc.adapters.outbound.postgres.inventory import PostgresInventoryRepository
from sync_svc.adapters.outbound.postgres.orders import PostgresOrderRepository
from sync_svc.adapters.outbound.postgres.runs import PostgresRunRepository
from sync_svc.domain.events import DomainEvent

OUTBOX: Final = outbox_table(MetaData())
EventWriter = Callable[[str, DomainEvent], Event]
"""Puts an event of a tenant on the wire."""


class PostgresOutbox:
    """Implements `Outbox`."""

    def __init__(self, connection: AsyncConnection, tenant: str, write: EventWriter) -> None:
        self._connection = connection
        self._tenant = tenant
        self._write = write

    async def append(self, *events: DomainEvent) -> None:
        await append(self._connection, OUTBOX, *(self._write(self._tenant, event) for event in events))


class PostgresTransaction:
    """Implements `Transaction`."""

    def __init__(self, connection: AsyncConnection, tenant: str, write: EventWriter) -> None:
        self.accounts = PostgresAccountRepository(connection, tenant)
        self.runs = PostgresRunRepository(connection, tenant)
        self.history = self.runs
        self.orders = PostgresOrderRepository(connection, tenant)
        self.inventory = PostgresInventoryRepository(connection, tenant)
        self.freshness = PostgresFreshnessRepository(connection, tenant)
        self.outbox = PostgresOutbox(connection, tenant, write)


class PostgresUnitOfWork:
    """Implements `UnitOfWork`: the tenant is set for the transaction, row-level security does the rest."""

    def __init__(self, database: Database, write: EventWriter) -> None:
        self._database = database
        self._write = write

    @asynccontextmanager
    async def transaction(self, tenant: str) -> AsyncGenerator[PostgresTransaction]:
        async with self._database.tenant_transaction(tenant) as connection:
            yield PostgresTransaction(connection, tenant, self._write)
