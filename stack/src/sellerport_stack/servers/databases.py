"""Databases and roles in a cluster: an owner for migrations, an app role that owns nothing."""

from dataclasses import dataclass

from sellerport_stack.servers.postgres import PostgresServer


@dataclass(frozen=True)
class DatabaseUrls:
    """The two ways into one database: as its owner (migrations only) and as the app role (the service)."""

    owner_url: str
    app_url: str


def ensure_role(server: PostgresServer, name: str, password: str) -> None:
    """Create the login role `name` without any power, or set its password when it exists."""
    verb = "ALTER" if server.execute(f"SELECT 1 FROM pg_roles WHERE rolname = {_text(name)}") else "CREATE"  # noqa: S608 - quoted
    attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    server.execute(f"{verb} ROLE {_name(name)} WITH {attributes} PASSWORD {_text(password)}")


def ensure_database(server: PostgresServer, database: str, *, owner: tuple[str, str], app: tuple[str, str]) -> DatabaseUrls:
    """Create `database` with its two roles (name, password) unless there; only they may connect to it."""
    for role in (owner, app):
        ensure_role(server, *role)
    if not server.execute(f"SELECT 1 FROM pg_database WHERE datname = {_text(database)}"):  # noqa: S608 - quoted
        server.execute(f"CREATE DATABASE {_name(database)} OWNER {_name(owner[0])}")
    server.execute(
        f"REVOKE ALL ON DATABASE {_name(database)} FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE {_name(database)} TO {_name(app[0])}"
    )
    return DatabaseUrls(
        owner_url=server.url(user=owner[0], password=owner[1], database=database),
        app_url=server.url(user=app[0], password=app[1], database=database),
    )


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
