"""PostgreSQL through SQLAlchemy Core and asyncpg, with the tenant set per transaction."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from svc_kit.errors import Unavailable

_PATIENCE: Final = 10.0  # a busy machine takes seconds to let a connection in; giving up and coming back makes it worse
_GONE = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)
_GONE_TOO = (asyncpg.InterfaceError, asyncpg.TooManyConnectionsError, asyncpg.ConnectionDoesNotExistError, TimeoutError)


@contextmanager
def connection_faults() -> Generator[None]:
    """Turn what a lost or overloaded server raises into `Unavailable`; let every other error through."""
    try:
        yield
    except (InterfaceError, OperationalError, PoolTimeoutError, *_GONE) as error:
        raise Unavailable("the database cannot be reached", retry_after=1) from error
    except DBAPIError as error:
        cause = getattr(error.orig, "__cause__", None) or error.orig
        if error.connection_invalidated or isinstance(cause, _GONE + _GONE_TOO):
            raise Unavailable("the database cannot be reached", retry_after=1) from error
        raise


class Database:
    """A pool of connections as one role; every unit of work is one transaction, rolled back unless it ends well."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, *, pool_size: int = 10, statement_timeout_ms: int = 15_000) -> AsyncGenerator["Database"]:
        """Open a pool on `postgresql+asyncpg://…` (or `postgresql://…`); nothing is connected before the first use."""
        address = url.replace("postgresql://", "postgresql+asyncpg://", 1)
        arguments: dict[str, Any] = {
            "timeout": _PATIENCE,
            "server_settings": {"statement_timeout": str(statement_timeout_ms), "timezone": "UTC"},
        }
        engine = create_async_engine(
            address,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_PATIENCE,
            pool_pre_ping=True,
            connect_args=arguments,
            hide_parameters=True,  # an error's text, which is logged, would show the values of the row
        )
        try:
            yield cls(engine)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction without a tenant: row-level security shows it no tenant's rows.

        Raises `Unavailable` when the server is away.
        """
        with connection_faults():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def tenant_transaction(self, tenant: str) -> AsyncGenerator[AsyncConnection]:
        """One transaction that sees and writes the rows of `tenant` only, by row-level security."""
        async with self.transaction() as connection:
            await connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": tenant})
            yield connection

    async def ping(self) -> None:
        """Return when the server answers; raise `Unavailable` otherwise."""
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1"))

    @property
    def engine(self) -> AsyncEngine:
        """The engine itself, for COPY and LISTEN."""
        return self._engine
