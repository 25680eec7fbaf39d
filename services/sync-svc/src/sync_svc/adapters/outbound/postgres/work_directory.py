"""The scheduler's view in PostgreSQL: three functions of the owner that show ids and nothing else."""

from datetime import datetime, timedelta

from sqlalchemy import text

from svc_kit.database import Database
from sync_svc.application.ports.work_directory import DueDataset, StalledRun
from sync_svc.domain.dataset import Dataset


class PostgresWorkDirectory:
    """Implements `WorkDirectory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, *, now: datetime, interval: timedelta) -> list[DueDataset]:
        values = {"now": now, "seconds": int(interval.total_seconds()), "datasets": [dataset.value for dataset in Dataset]}
        async with self._database.transaction() as connection:
            rows = await connection.execute(text("SELECT * FROM due_datasets(:now, :seconds, :datasets)"), values)
            return [DueDataset(tenant=row[0], account_id=row[1], dataset=Dataset(row[2]), slot=row[3]) for row in rows]

    async def stalled(self, *, before: datetime) -> list[StalledRun]:
        async with self._database.transaction() as connection:
            rows = await connection.execute(text("SELECT * FROM stalled_runs(:before)"), {"before": before})
            return [StalledRun(tenant=row[0], run_id=row[1]) for row in rows]

    async def forget_runs(self, *, before: datetime) -> int:
        async with self._database.transaction() as connection:
            return int(await connection.scalar(text("SELECT forget_runs(:before)"), {"before": before}) or 0)
