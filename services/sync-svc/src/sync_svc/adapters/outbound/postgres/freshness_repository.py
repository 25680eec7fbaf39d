"""Freshness records in PostgreSQL."""

from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Freshness

_DATA: Final = (
    "watermark",
    "backfilled_at",
    "as_of",
    "last_success_at",
    "last_error",
    "failures",
    "paused_until",
    "last_slot",
    "marketplaces",
)
_COLUMNS: Final = ("account_id", "dataset", *_DATA)
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM freshness"  # noqa: S608 - own names
_SAVE: Final = (
    f"INSERT INTO freshness (tenant, {', '.join(_COLUMNS)}) VALUES (:tenant, {', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608 - own names
    f" ON CONFLICT (tenant, account_id, dataset) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _DATA)}"
)


class PostgresFreshnessRepository:
    """Implements `FreshnessRepository`."""

    def __init__(self, connection: AsyncConnection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    async def get(self, account_id: str, dataset: Dataset) -> Freshness:
        query = text(f"{_READ} WHERE account_id = :account AND dataset = :dataset")
        row = (await self._connection.execute(query, {"account": account_id, "dataset": dataset.value})).one_or_none()
        return _record(row) if row is not None else Freshness(account_id=account_id, dataset=dataset)

    async def save(self, record: Freshness) -> None:
        values = {name: getattr(record, name) for name in _COLUMNS}
        values |= {"dataset": record.dataset.value, "marketplaces": list(record.marketplaces)}
        await self._connection.execute(text(_SAVE), {**values, "tenant": self._tenant})

    async def all(self) -> list[Freshness]:
        return [_record(row) for row in await self._connection.execute(text(_READ))]


def _record(row: Row[Any]) -> Freshness:
    values: dict[str, Any] = {**dict(zip(_COLUMNS, row, strict=True))}
    values |= {"dataset": Dataset(values["dataset"]), "marketplaces": tuple(values["marketplaces"])}
    return Freshness(**values)
