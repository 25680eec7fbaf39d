"""Reads the databases past every wall, to look for what must not be there."""

from urllib.parse import urlsplit

import asyncpg

_TABLES = """
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg%'
"""


async def tables(url: str) -> dict[str, bytes]:
    """Return every row of every table behind `url` (an address of the superuser) by the table's name; bytes are in hex."""
    connection = await asyncpg.connect(url)
    try:
        names = [row["name"] for row in await connection.fetch(_TABLES)]
        queries = {name: f"SELECT to_jsonb(t)::text AS row FROM {name} AS t" for name in names}  # noqa: S608 - quoted by the server
        queries["statements that run"] = "SELECT query AS row FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        database = urlsplit(url).path.strip("/")
        return {
            f"{database}, {name}": "\n".join(str(row["row"]) for row in await connection.fetch(query)).encode()
            for name, query in queries.items()
        }
    finally:
        await connection.close()
