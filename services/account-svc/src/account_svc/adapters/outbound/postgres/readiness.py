"""Is the database there, and migrated?"""

from sqlalchemy import select

from account_svc.adapters.outbound.postgres.tables import applications
from svc_kit.database import Database


async def probe_tables(database: Database) -> None:
    """Return when the tables answer; raise what is wrong otherwise."""
    async with database.transaction() as connection:
        await connection.execute(select(applications.c.id).limit(1))
