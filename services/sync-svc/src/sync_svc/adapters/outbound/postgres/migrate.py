"""Brings the database's schema up to date."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x53594E43


async def migrate(owner_url: str, *, app_role: str) -> None:
    """Run every migration that is missing, as the owner; of several at once one works and the others wait for it."""
    url = make_url(owner_url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.run_sync(_upgrade, app_role)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, app_role: str) -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["app_role"] = app_role
    command.upgrade(config, "head")
