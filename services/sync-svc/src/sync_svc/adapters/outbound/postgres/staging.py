"""Bulk loading: rows are copied into a temporary table and merged from there."""

from collections.abc import Sequence
from typing import Any, cast

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def stage(connection: AsyncConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Copy the rows into a temporary twin of the table's columns and return its name; it is empty again after the transaction.

    The twin stays with the connection, so that the catalogue does not swell with each page.
    """
    staged = f"staged_{table}"
    names = ", ".join(columns)
    exists = await connection.scalar(text("SELECT to_regclass(:name) IS NOT NULL"), {"name": f"pg_temp.{staged}"})
    if not exists:
        await connection.execute(
            text(f"CREATE TEMPORARY TABLE {staged} ON COMMIT DELETE ROWS AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608 - own names
        )
    raw = await connection.get_raw_connection()
    driver = cast("asyncpg.Connection[asyncpg.Record]", raw.driver_connection)
    await driver.execute(f"DELETE FROM {staged}")  # noqa: S608 - a second page within one transaction
    await driver.copy_records_to_table(staged, records=rows, columns=list(columns))
    return staged
