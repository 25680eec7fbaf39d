"""Tries to reach another tenant's rows over SQL, as the app role, in every way the role has."""

import io
from typing import Any, Final

import asyncpg

_LEAK: Final = """
CREATE FUNCTION pg_temp.leak(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
$$ BEGIN RAISE NOTICE 'leaked %', value; RETURN true; END $$
"""
_OFF: Final = "SET LOCAL row_security = off; "
# PostgreSQL keeps samples of the values in each column; those of tables with row-level security are for their owner alone.
_STATISTICS: Final = """
SELECT DISTINCT tablename FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename AND c.relrowsecurity WHERE schemaname = 'public'
"""
_SEQUENCES: Final = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""


async def escapes(app: "asyncpg.Connection[asyncpg.Record]", owner: str) -> list[str]:
    """Return one line for each way in which the app role becomes the owner, reads statistics or touches sequences."""
    found = [
        *[f"may {attempt}" for attempt in (f"SET ROLE {owner}", f"SET SESSION AUTHORIZATION {owner}") if await _is_done(app, attempt)],
        *[f"statistics of {row['tablename']} show values" for row in await app.fetch(_STATISTICS)],
    ]
    for row in await app.fetch(_SEQUENCES):
        attempts = (f"SELECT nextval('{row['name']}')", f"SELECT setval('{row['name']}', 1)", f"SELECT * FROM {row['name']}")  # noqa: S608 - names of the catalogue
        found += [f"may {attempt}" for attempt in attempts if await _is_done(app, attempt)]
    return found


async def _is_done(app: "asyncpg.Connection[asyncpg.Record]", statement: str) -> bool:
    transaction = app.transaction()
    await transaction.start()
    try:
        await app.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return False
    else:
        return True
    finally:
        await transaction.rollback()


async def crossings(app: "asyncpg.Connection[asyncpg.Record]", table: str, column: str, victim: str, intruder: str) -> list[str]:
    """Return one line for each way in which `intruder` (or nobody) reaches rows of `victim` in `table`; nothing is changed.

    `app` is a connection as the app role. The victim must have a row in the table, or nothing is proven: that is a line too.
    """
    found: list[str] = []
    if not await _rows_as(app, table, column, victim, victim):
        return [f"{table}: {victim} has no row there; fill it, or nothing is proven"]
    for tenant in (intruder, "", None):
        called = tenant or ("nobody" if tenant is None else "an empty name")
        if await _rows_as(app, table, column, victim, tenant):
            found.append(f"{table}: {called} reads")
        found += [f"{table}: {called} {done}" for done in await _written(app, table, column, victim, tenant)]
        found += [f"{table}: {called} copies"] * await _copied(app, table, victim, tenant)
        found += [f"{table}: {called} is told by a function in a condition"] * await _leaked(app, table, column, victim, tenant)
    return found


async def _become(app: "asyncpg.Connection[asyncpg.Record]", tenant: str | None) -> None:
    if tenant is None:
        await app.execute("RESET app.tenant_id")
    else:
        await app.execute("SELECT set_config('app.tenant_id', $1, true)", tenant)


async def _rows_as(app: "asyncpg.Connection[asyncpg.Record]", table: str, column: str, victim: str, tenant: str | None) -> int:
    transaction = app.transaction()
    await transaction.start()
    try:
        await _become(app, tenant)
        return int(await app.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", victim))  # noqa: S608 - names of the catalogue
    finally:
        await transaction.rollback()


async def _written(app: "asyncpg.Connection[asyncpg.Record]", table: str, column: str, victim: str, tenant: str | None) -> list[str]:
    """Try to change, remove, take and plant rows; each attempt in a transaction of its own that is rolled back."""
    attempts = {
        "updates": f"UPDATE {table} SET {column} = {column} WHERE {column} = $1",  # noqa: S608 - names of the catalogue
        "takes": f"UPDATE {table} SET {column} = coalesce(current_setting('app.tenant_id', true), '') WHERE {column} = $1",  # noqa: S608 - names of the catalogue
        "gives away": f"UPDATE {table} SET {column} = $1",  # noqa: S608 - names of the catalogue
        "deletes": f"DELETE FROM {table} WHERE {column} = $1",  # noqa: S608 - names of the catalogue
        "locks": f"SELECT 1 FROM {table} WHERE {column} = $1 FOR UPDATE",  # noqa: S608 - names of the catalogue
        "plants": f"INSERT INTO {table} ({column}) VALUES ($1)",  # noqa: S608 - names of the catalogue
        "empties": f"TRUNCATE {table}",
        "opens": f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    }
    attempts |= {f"with row security off {done}": f"{_OFF}{statement}" for done, statement in attempts.items()}
    found: list[str] = []
    for done, statement in attempts.items():
        transaction = app.transaction()
        await transaction.start()
        try:
            await _become(app, tenant)
            if statement.startswith(_OFF):
                await app.execute(_OFF)
            status = await app.execute(statement.removeprefix(_OFF), *((victim,) if "$1" in statement else ()))
            if not status.endswith(" 0"):
                found.append(done)
        except asyncpg.InsufficientPrivilegeError:
            pass
        except asyncpg.IntegrityConstraintViolationError:
            found.append(done)  # policies come before constraints, so none held
        finally:
            await transaction.rollback()
    return found


async def _copied(app: "asyncpg.Connection[asyncpg.Record]", table: str, victim: str, tenant: str | None) -> bool:
    content = io.BytesIO()
    transaction = app.transaction()
    await transaction.start()
    try:
        await _become(app, tenant)
        await app.copy_from_table(table, output=content)
    finally:
        await transaction.rollback()
    return victim.encode() in content.getvalue()


async def _leaked(app: "asyncpg.Connection[asyncpg.Record]", table: str, column: str, victim: str, tenant: str | None) -> bool:
    told: list[str] = []

    def listen(_connection: Any, message: Any) -> None:
        told.append(str(message))

    app.add_log_listener(listen)
    transaction = app.transaction()
    await transaction.start()
    try:
        await app.execute(_LEAK)
        await _become(app, tenant)
        await app.fetch(f"SELECT 1 FROM {table} WHERE pg_temp.leak({column})")  # noqa: S608 - names of the catalogue
    finally:
        await transaction.rollback()
        app.remove_log_listener(listen)
    return any(victim in message for message in told)
