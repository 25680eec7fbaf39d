"""Fixtures for tests that need real servers: started when first asked for, once per pytest process, always stopped.

With pytest-xdist each worker has servers of its own on free ports, so tests of different workers never meet.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sellerport_stack.processes import ProcessSpec
from sellerport_stack.servers import moto, nats, running
from sellerport_stack.servers.databases import DatabaseUrls, ensure_database
from sellerport_stack.servers.postgres import PostgresServer
from sellerport_stack.servers.scratch import scratch_folder

DatabaseFactory = Callable[..., DatabaseUrls]
_PASSWORD = "embedded"  # noqa: S105 - of a server on localhost that lives as long as the tests


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder that every user can pass through, removed in the end."""
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def nats_url(scratch: Path) -> Iterator[str]:
    """The URL of a NATS server with JetStream."""
    with running(lambda port: nats.spec(port=port, store=scratch / f"nats-{port}", log=scratch / "nats.log")) as server:
        yield nats.url(server.port)


@pytest.fixture(scope="session")
def moto_url(scratch: Path) -> Iterator[str]:
    """The endpoint of a moto server: STS, SQS and the other AWS APIs."""
    with running(lambda port: moto.spec(port=port, log=scratch / "moto.log")) as server:
        yield moto.url(server.port)


@pytest.fixture(scope="session")
def postgres_server(scratch: Path) -> Iterator[PostgresServer]:
    """A PostgreSQL cluster without durability."""
    made: list[PostgresServer] = []

    def describe(port: int) -> ProcessSpec:
        made.append(PostgresServer.prepare(port=port, data=scratch / f"postgres-{port}", password=_PASSWORD, key=f"tests-{port}"))
        return made[-1].spec(log=scratch / "postgres.log", durable=False)

    try:
        with running(describe):
            yield made[-1]
    finally:
        for server in made:
            shutil.rmtree(server.data, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The superuser's URL (`postgresql+asyncpg://…`)."""
    return postgres_server.url()


@pytest.fixture(scope="session")
def database_factory(postgres_server: PostgresServer) -> DatabaseFactory:
    """Make a fresh, empty database: `database_factory(owner="account_owner", app="account_app")`.

    The roles are made when missing; neither is a superuser nor may bypass row-level security, and `app` owns nothing and
    has no rights on tables but those that a migration grants.
    """
    numbers = itertools.count(1)

    def fresh_database(*, owner: str = "test_owner", app: str = "test_app") -> DatabaseUrls:
        return ensure_database(postgres_server, f"test_{next(numbers)}", owner=(owner, _PASSWORD), app=(app, _PASSWORD))

    return fresh_database


@pytest.fixture
def fresh_database(database_factory: DatabaseFactory) -> DatabaseFactory:
    """The same as `database_factory`, by its other name."""
    return database_factory
