"""Reads the databases as text, past every wall, to look for what must not be there."""

import asyncpg


async def dump(urls: tuple[str, ...]) -> str:
    """Return every row of every table behind `urls` (addresses of the superuser)."""
    lines: list[str] = []
    for url in urls:
        connection = await asyncpg.connect(url)
        try:
            tables = await connection.fetch(
                "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables "
                "WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg%'"
            )
            for table in tables:
                rows = await connection.fetch(f"SELECT t::text AS row FROM {table['name']} AS t")  # noqa: S608 - quoted by the server
                lines += [f"{table['name']}: {row['row']}" for row in rows]
        finally:
            await connection.close()
    return "\n".join(lines)
