"""Sealed values in PostgreSQL: a service lists its columns, and each is tied to the data keys (`schema`)."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, Uuid, column, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from svc_kit.database import Database
from svc_kit.sealing.place import Place
from svc_kit.sealing.sealed_rows import SealedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column of sealed values: in which table, which column names the row, and as which field its values are sealed.

    `tenant` is the one under whose keys a table without tenant is sealed; other tables have a column `tenant_id`.
    """

    table: Table
    column: str
    row: str
    field: str
    tenant: str | None = None

    @property
    def sealed_under(self) -> ColumnElement[uuid.UUID]:
        """The generated column with the id of the data key."""
        return column(f"{self.column}_key", Uuid)

    def of(self, tenant: str) -> ColumnElement[bool]:
        """Return what picks the tenant's rows."""
        return self.table.c.tenant_id == tenant if self.tenant is None else column("sealing_tenant") == tenant


class PostgresSealedRows:
    """Works as the app role, one tenant a transaction: row-level security holds for a rotation as for any request."""

    def __init__(self, database: Database, columns: Sequence[SealedColumn]) -> None:
        self._database = database
        self._columns = {(column.table.name, column.column): column for column in columns}

    async def under_others(self, tenant: str, active: uuid.UUID, limit: int) -> AsyncIterator[Sequence[SealedValue]]:
        for wanted in self._columns.values():
            after = ""
            while True:
                async with self._database.tenant_transaction(tenant) as connection:
                    batch = await _batch(connection, wanted, tenant, active, after=after, limit=limit)
                if not batch:
                    break
                yield batch
                after = batch[-1].place.row

    async def replace(self, value: SealedValue, sealed: bytes) -> bool:
        wanted = self._columns[value.place.table, value.column]
        row, content = wanted.table.c[wanted.row], wanted.table.c[wanted.column]
        anew = update(wanted.table).where(wanted.of(value.place.tenant), row == value.place.row, content == value.sealed)
        async with self._database.tenant_transaction(value.place.tenant) as connection:
            return (await connection.execute(anew.values({wanted.column: sealed}))).rowcount == 1

    async def counts(self, tenant: str) -> Mapping[uuid.UUID, int]:
        found: Counter[uuid.UUID] = Counter()
        async with self._database.tenant_transaction(tenant) as connection:
            for wanted in self._columns.values():
                under = wanted.sealed_under
                query = select(under, func.count()).select_from(wanted.table).where(wanted.of(tenant), under.is_not(None)).group_by(under)
                for key_id, number in await connection.execute(query):
                    found[key_id] += number
        return found

    async def marked(self, tenant: str, mark: bytes) -> frozenset[bytes]:
        """Return the tenant's values that begin with `mark`: what another store than the envelope has put there."""
        found: set[bytes] = set()
        async with self._database.tenant_transaction(tenant) as connection:
            for wanted in self._columns.values():
                content = wanted.table.c[wanted.column]
                query = select(content).where(wanted.of(tenant), func.substring(content, 1, len(mark)) == mark)
                found.update(bytes(value) for value in (await connection.execute(query)).scalars())
        return frozenset(found)


async def _batch(
    connection: AsyncConnection, wanted: SealedColumn, tenant: str, active: uuid.UUID, *, after: str, limit: int
) -> Sequence[SealedValue]:
    row, content = wanted.table.c[wanted.row], wanted.table.c[wanted.column]
    query = select(row, content).where(wanted.of(tenant), wanted.sealed_under != active, row > after).order_by(row).limit(limit)
    return [
        SealedValue(
            place=Place(tenant=tenant, table=wanted.table.name, row=found, field=wanted.field), column=wanted.column, sealed=bytes(sealed)
        )
        for found, sealed in await connection.execute(query)
    ]
