"""Data keys in PostgreSQL, under row-level security like every table of tenants."""

import uuid
from typing import Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Row, Table, Text, Uuid, func, select, text
from sqlalchemy.dialects.postgresql import insert

from svc_kit.database import Database
from svc_kit.sealing.data_keys import DataKey
from svc_kit.sealing.key_provider import WrappedKey


def data_keys_table(metadata: MetaData) -> Table:
    """Return the table of wrapped data keys; at most one key of a tenant is active."""
    return Table(
        "data_keys",
        metadata,
        Column("tenant_id", Text, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("kek_id", Text, nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
        Column("state", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("data_keys_one_active", "tenant_id", unique=True, postgresql_where=text("state = 'active'")),
    )


class PostgresDataKeyStore:
    """Keeps data keys in the database of the service that seals with them."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._table = table

    async def active(self, tenant: str) -> DataKey | None:
        table = self._table
        async with self._database.tenant_transaction(tenant) as connection:
            query = select(table).where(table.c.tenant_id == tenant, table.c.state == "active")
            return _restored((await connection.execute(query)).one_or_none())

    async def find(self, tenant: str, key_id: uuid.UUID) -> DataKey | None:
        table = self._table
        async with self._database.tenant_transaction(tenant) as connection:
            query = select(table).where(table.c.tenant_id == tenant, table.c.id == key_id)
            return _restored((await connection.execute(query)).one_or_none())

    async def add(self, key: DataKey) -> DataKey:
        row = {"tenant_id": key.tenant, "id": key.id, "kek_id": key.wrapped.kek_id, "wrapped": key.wrapped.wrapped, "state": key.state}
        async with self._database.tenant_transaction(key.tenant) as connection:
            await connection.execute(insert(self._table).values(**row).on_conflict_do_nothing())
        return await self.active(key.tenant) or key


def _restored(row: Row[Any] | None) -> DataKey | None:
    if row is None:
        return None
    return DataKey(tenant=row.tenant_id, id=row.id, wrapped=WrappedKey(row.kek_id, bytes(row.wrapped)), state=row.state)
