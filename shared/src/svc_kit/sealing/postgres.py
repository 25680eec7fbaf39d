"""Data keys in PostgreSQL, under row-level security like every table of tenants."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Row, Table, Text, Uuid, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from svc_kit.database import Database
from svc_kit.sealing.data_keys import DataKey
from svc_kit.sealing.key_provider import WrappedKey

_SHREDDED = "shredded"


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
    """Keeps data keys in the database of the service that seals with them, guarded as `schema` says."""

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
            query = select(table).where(table.c.tenant_id == tenant, table.c.id == key_id, table.c.state != _SHREDDED)
            return _restored((await connection.execute(query)).one_or_none())

    async def add(self, key: DataKey) -> DataKey:
        async with self._database.tenant_transaction(key.tenant) as connection:
            await connection.execute(insert(self._table).values(**_row(key)).on_conflict_do_nothing())
        return await self.active(key.tenant) or key

    async def shred(self, tenant: str) -> int:
        table = self._table
        shredded = update(table).where(table.c.tenant_id == tenant, table.c.state != _SHREDDED).values(state=_SHREDDED, wrapped=b"")
        async with self._database.tenant_transaction(tenant) as connection:
            return (await connection.execute(shredded)).rowcount

    async def tenants(self, after: str, limit: int) -> Sequence[str]:
        async with self._database.transaction() as connection:
            found = await connection.execute(text("SELECT tenants_with_data_keys(:after, :most)"), {"after": after, "most": limit})
            return list(found.scalars())

    async def keys(self, tenant: str) -> Sequence[DataKey]:
        table = self._table
        query = select(table).where(table.c.tenant_id == tenant, table.c.state != _SHREDDED).order_by(table.c.created_at, table.c.id)
        async with self._database.tenant_transaction(tenant) as connection:
            return [key for row in await connection.execute(query) if (key := _restored(row))]

    async def rewrap(self, key: DataKey, wrapped: WrappedKey) -> bool:
        table = self._table
        anew = update(table).where(table.c.tenant_id == key.tenant, table.c.id == key.id, table.c.wrapped == key.wrapped.wrapped)
        async with self._database.tenant_transaction(key.tenant) as connection:
            changed = await connection.execute(anew.values(kek_id=wrapped.kek_id, wrapped=wrapped.wrapped))
            return changed.rowcount == 1

    async def succeed(self, old: DataKey, new: DataKey) -> bool:
        table = self._table
        retired = update(table).where(table.c.tenant_id == old.tenant, table.c.id == old.id, table.c.state == "active")
        async with self._database.tenant_transaction(old.tenant) as connection:
            if (await connection.execute(retired.values(state="retired"))).rowcount != 1:
                return False
            await connection.execute(insert(table).values(**_row(new)))
        return True

    async def destroy(self, key: DataKey) -> bool:
        table = self._table
        mine = (table.c.tenant_id == key.tenant, table.c.id == key.id)
        try:
            async with self._database.tenant_transaction(key.tenant) as connection:
                await connection.execute(delete(table).where(*mine, table.c.state == "retired"))
                return await connection.scalar(select(table.c.id).where(*mine, table.c.state == "active")) is None
        except IntegrityError:  # a sealed value still refers to it
            return False


def _row(key: DataKey) -> dict[str, Any]:
    wrapped = key.wrapped
    return {
        "tenant_id": key.tenant,
        "id": key.id,
        "kek_id": wrapped.kek_id,
        "wrapped": wrapped.wrapped,
        "state": key.state,
        "created_at": key.created_at,
    }


def _restored(row: Row[Any] | None) -> DataKey | None:
    if row is None:
        return None
    wrapped = WrappedKey(row.kek_id, bytes(row.wrapped))
    return DataKey(tenant=row.tenant_id, id=row.id, wrapped=wrapped, state=row.state, created_at=row.created_at)
