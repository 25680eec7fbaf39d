"""Runs in PostgreSQL."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_svc.adapters.outbound.postgres.outbox import Outbox
from sync_svc.adapters.outbound.postgres.run_rows import COLUMNS, READ, from_row, to_row
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.events import DomainEvent
from sync_svc.domain.run import Run

_INSERT: Final = (
    f"INSERT INTO runs ({', '.join(COLUMNS)}) VALUES ("  # noqa: S608 - own names
    + ", ".join("CAST(CAST(:checkpoint AS text) AS jsonb)" if name == "checkpoint" else f":{name}" for name in COLUMNS)
    + ") ON CONFLICT DO NOTHING"
)
_MUTABLE: Final = COLUMNS[6:]
_UPDATE: Final = (
    "UPDATE runs SET "  # noqa: S608 - own names
    + ", ".join(f"{name} = " + ("CAST(CAST(:checkpoint AS text) AS jsonb)" if name == "checkpoint" else f":{name}") for name in _MUTABLE)
    + " WHERE id = :id"
)


class PostgresRunRepository:
    """Implements `RunRepository`; two unique indexes decide who may open a run."""

    def __init__(self, connection: AsyncConnection, tenant: str, outbox: Outbox) -> None:
        self._connection = connection
        self._tenant = tenant
        self._outbox = outbox

    async def open(self, run: Run, *events: DomainEvent) -> bool:
        result = await self._connection.execute(text(_INSERT), to_row(run))
        is_new = result.rowcount == 1
        if is_new:
            await self._outbox.append(*events)
        return is_new

    async def lock(self, run_id: str) -> Run | None:
        row = (await self._connection.execute(text(f"{READ} WHERE id = :id FOR UPDATE"), {"id": run_id})).one_or_none()
        return from_row(row) if row is not None else None

    async def save(self, run: Run, *events: DomainEvent) -> None:
        values = to_row(run)
        await self._connection.execute(text(_UPDATE), {name: values[name] for name in ("id", *_MUTABLE)})
        await self._outbox.append(*events)

    async def find_open(self, account_id: str, dataset: Dataset) -> Run | None:
        query = text(f"{READ} WHERE account_id = :account AND dataset = :dataset AND state IN ('queued', 'running', 'waiting')")
        row = (await self._connection.execute(query, {"account": account_id, "dataset": dataset.value})).one_or_none()
        return from_row(row) if row is not None else None

    async def last_request(self, account_id: str | None = None) -> datetime | None:
        await self._connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": f"request/{self._tenant}"}
        )
        query = "SELECT max(created_at) FROM runs WHERE trigger = 'manual' AND (CAST(:account AS text) IS NULL OR account_id = :account)"
        return cast("datetime | None", await self._connection.scalar(text(query), {"account": account_id}))
