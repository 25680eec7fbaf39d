"""Runs in PostgreSQL."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_svc.adapters.outbound.postgres.run_rows import COLUMNS, from_row, to_row
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.run import Run

_READ: Final = "SELECT " + ", ".join(f"{name}::text" if name == "checkpoint" else name for name in COLUMNS) + " FROM runs"  # noqa: S608 - own names
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
    """Implements `RunRepository` and `RunHistory`; two unique indexes decide who may open a run."""

    def __init__(self, connection: AsyncConnection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    async def open(self, run: Run) -> bool:
        result = await self._connection.execute(text(_INSERT), to_row(run))
        return result.rowcount == 1

    async def lock(self, run_id: str) -> Run | None:
        row = (await self._connection.execute(text(f"{_READ} WHERE id = :id FOR UPDATE"), {"id": run_id})).one_or_none()
        return from_row(row) if row is not None else None

    async def save(self, run: Run) -> None:
        values = to_row(run)
        await self._connection.execute(text(_UPDATE), {name: values[name] for name in ("id", *_MUTABLE)})

    async def find_open(self, account_id: str, dataset: Dataset) -> Run | None:
        query = text(f"{_READ} WHERE account_id = :account AND dataset = :dataset AND state IN ('queued', 'running', 'waiting')")
        row = (await self._connection.execute(query, {"account": account_id, "dataset": dataset.value})).one_or_none()
        return from_row(row) if row is not None else None

    async def page(self, *, limit: int, before: str | None) -> list[Run]:
        query = text(
            f"{_READ} WHERE CAST(:before AS text) IS NULL OR id < CAST(:before AS text) ORDER BY tenant DESC, id DESC LIMIT :limit"
        )
        return [from_row(row) for row in await self._connection.execute(query, {"before": before, "limit": limit})]

    async def last_request(self) -> datetime | None:
        await self._connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": f"request/{self._tenant}"}
        )
        return cast("datetime | None", await self._connection.scalar(text("SELECT max(created_at) FROM runs WHERE trigger = 'manual'")))
