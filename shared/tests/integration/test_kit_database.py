import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from svc_kit.database import Database
from svc_kit.errors import Unavailable

SETUP = [
    "CREATE TABLE things (tenant_id text NOT NULL, name text PRIMARY KEY)",
    "ALTER TABLE things ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE things FORCE ROW LEVEL SECURITY",
    "CREATE POLICY tenant ON things USING (tenant_id = current_setting('app.tenant_id', true))",
    "GRANT SELECT, INSERT ON things TO test_app",
]


@pytest.fixture
async def database(database_factory):
    urls = database_factory()
    async with Database.open(urls.owner_url) as owner, owner.transaction() as connection:
        for statement in SETUP:
            await connection.execute(text(statement))
    async with Database.open(urls.app_url) as app:
        async with app.tenant_transaction("a") as connection:
            await connection.execute(text("INSERT INTO things VALUES ('a', 'of a')"))
        yield app


async def names(connection) -> list[str]:
    return list((await connection.execute(text("SELECT name FROM things"))).scalars())


async def test_a_transaction_sees_its_tenant_only(database):
    async with database.tenant_transaction("a") as connection:
        assert await names(connection) == ["of a"]
    async with database.tenant_transaction("b") as connection:
        assert await names(connection) == []


async def test_without_a_tenant_nothing_is_seen_even_on_a_connection_that_had_one(database):
    for _ in range(20):
        async with database.tenant_transaction("a") as connection:
            assert await names(connection) == ["of a"]
        async with database.transaction() as connection:
            assert await names(connection) == []


async def test_a_row_of_another_tenant_cannot_be_written(database):
    with pytest.raises(Exception, match="row-level security"):
        async with database.tenant_transaction("b") as connection:
            await connection.execute(text("INSERT INTO things VALUES ('a', 'forged')"))


async def test_a_unit_that_fails_leaves_nothing(database):
    with pytest.raises(RuntimeError):
        async with database.tenant_transaction("a") as connection:
            await connection.execute(text("INSERT INTO things VALUES ('a', 'half')"))
            raise RuntimeError
    async with database.tenant_transaction("a") as connection:
        assert await names(connection) == ["of a"]


async def test_a_broken_rule_is_not_mistaken_for_an_outage(database):
    with pytest.raises(IntegrityError):
        async with database.tenant_transaction("a") as connection:
            await connection.execute(text("INSERT INTO things VALUES ('a', 'of a')"))


async def test_a_server_that_is_not_there_is_unavailable():
    async with Database.open("postgresql+asyncpg://x:y@127.0.0.1:1/none") as database:
        with pytest.raises(Unavailable):
            await database.ping()


async def test_a_connection_that_was_cut_is_replaced(database):
    with pytest.raises(Unavailable):
        async with database.transaction() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await database.ping()


async def test_an_error_does_not_tell_the_values_of_its_statement(database):
    with pytest.raises(DBAPIError) as caught:
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1 / (length(CAST(:value AS text)) - 7)"), {"value": "planted"})
    assert "division by zero" in str(caught.value)
    assert "planted" not in str(caught.value)


async def test_a_unit_cancelled_anywhere_leaves_no_tenant_on_the_connection(database_factory):
    urls = database_factory()
    async with Database.open(urls.owner_url) as owner, owner.transaction() as connection:
        for statement in SETUP:
            await connection.execute(text(statement))
    async with Database.open(urls.app_url, pool_size=1) as app:

        async def work() -> None:
            async with app.tenant_transaction("a") as connection:
                await connection.execute(text("INSERT INTO things VALUES ('a', 'cancelled')"))
                await connection.execute(text("SELECT pg_sleep(30)"))

        for steps in range(0, 60, 2):
            task = asyncio.create_task(work())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            async with app.transaction() as connection:
                assert await connection.scalar(text("SELECT coalesce(current_setting('app.tenant_id', true), '')")) == ""
                assert await names(connection) == []
        async with app.tenant_transaction("a") as connection:
            assert await names(connection) == []
