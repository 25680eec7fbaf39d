"""Brings the database to the shape this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from svc_kit.secret import Secret

_LOCK = 0xACC0_0717


async def migrate(owner_url: str, app_role: str, audit_key: Secret | None = None, *, to: str = "head") -> None:
    """Apply all migrations that are missing, as the owner of the tables, granting to `app_role` what it needs.

    `audit_key` chains the uses of credentials that a version without chains wrote; a new database needs none.

    Safe to run from several places at once: one migrates, the others wait and find nothing to do.
    """
    engine = create_async_engine(owner_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_upgrade, app_role, audit_key, to)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, app_role: str, audit_key: Secret | None, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["app_role"] = app_role
    config.attributes["audit_key"] = audit_key.reveal() if audit_key else None
    command.upgrade(config, to)
