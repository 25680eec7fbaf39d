"""Transactions in PostgreSQL."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from svc_kit.database import Database
from sync_svc.adapters.outbound.postgres.account_repository import PostgresAccountRepository
from sync_svc.adapters.outbound.postgres.freshness_repository import PostgresFreshnessRepository
from sync_svc.adapters.outbound.postgres.inventory_repository import PostgresInventoryRepository
from sync_svc.adapters.outbound.postgres.order_repository import PostgresOrderRepository
from sync_svc.adapters.outbound.postgres.outbox import EventWriter, Outbox
from sync_svc.adapters.outbound.postgres.run_repository import PostgresRunRepository


class PostgresTransaction:
    """Implements `Transaction`."""

    def __init__(self, connection: AsyncConnection, tenant: str, write: EventWriter) -> None:
        outbox = Outbox(connection, tenant, write)
        self.accounts = PostgresAccountRepository(connection, tenant, outbox)
        self.runs = PostgresRunRepository(connection, tenant, outbox)
        self.orders = PostgresOrderRepository(connection, tenant)
        self.inventory = PostgresInventoryRepository(connection, tenant)
        self.freshness = PostgresFreshnessRepository(connection, tenant)


class PostgresUnitOfWork:
    """Implements `UnitOfWork`: the tenant is set for the transaction, row-level security does the rest."""

    def __init__(self, database: Database, write: EventWriter) -> None:
        self._database = database
        self._write = write

    @asynccontextmanager
    async def transaction(self, tenant: str) -> AsyncGenerator[PostgresTransaction]:
        async with self._database.tenant_transaction(tenant) as connection:
            yield PostgresTransaction(connection, tenant, self._write)
