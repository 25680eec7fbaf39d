"""The list of runs in PostgreSQL."""

from typing import Final

from sqlalchemy import text

from svc_kit.database import Database
from sync_svc.adapters.outbound.postgres.run_rows import READ, from_row
from sync_svc.domain.run import Run

_PAGE: Final = f"{READ} WHERE CAST(:before AS text) IS NULL OR id < CAST(:before AS text) ORDER BY tenant DESC, id DESC LIMIT :limit"


class PostgresRunHistory:
    """Implements `RunHistory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, tenant: str, *, limit: int, before: str | None) -> list[Run]:
        async with self._database.tenant_transaction(tenant) as connection:
            return [from_row(row) for row in await connection.execute(text(_PAGE), {"before": before, "limit": limit})]
