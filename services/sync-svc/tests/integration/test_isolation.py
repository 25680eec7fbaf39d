"""The database itself keeps tenants apart, whatever the service's code does."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from svc_kit.database import Database

TABLES = ("accounts", "freshness", "runs", "orders", "inventory")


@pytest.fixture
async def owner(sync_database):
    async with Database.open(sync_database.owner_url) as database:
        yield database


@pytest.fixture
async def app(sync_database):
    async with Database.open(sync_database.app_url) as database:
        yield database


async def test_every_table_with_a_tenant_forces_row_level_security(owner):
    query = text(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS is_forced,"
        " EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped) AS has_tenant"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    )
    async with owner.transaction() as connection:
        rows = (await connection.execute(query)).all()
    assert {row.relname for row in rows if row.has_tenant} == set(TABLES)
    assert {row.relname for row in rows if row.is_forced} == set(TABLES)
    assert {row.relname for row in rows} - set(TABLES) == {"outbox", "alembic_version"}


async def test_app_role_owns_nothing_and_cannot_pass_by_the_policies(app):
    async with app.transaction() as connection:
        power = (await connection.execute(text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"))).one()
        owned = await connection.scalar(
            text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relpersistence <> 't'")
        )
    assert (power.rolsuper, power.rolbypassrls, owned) == (False, False, 0)


@pytest.mark.parametrize("table", TABLES)
async def test_no_rows_without_a_tenant_nor_through_the_scheduler_s_door(app, store, samples, request, table):
    async with store.uow.transaction("acme") as tx:
        await tx.accounts.save(samples.account())
        await tx.orders.merge([samples.order(1)])
        await tx.inventory.merge([samples.item()], run_id="r")
        await tx.runs.open(samples.run())
    async with app.transaction() as connection:
        await connection.execute(text("SELECT set_config('app.directory_lookup', 'on', true)"))
        assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608 - own names
    async with app.tenant_transaction("rival") as connection:
        assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608 - own names
        assert (await connection.execute(text(f"DELETE FROM {table}"))).rowcount == 0  # noqa: S608 - own names


async def test_rows_of_another_tenant_cannot_be_written(app):
    values = "('rival', 'a', 'NA', 's', '{}', 'active', 1, now())"
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with app.tenant_transaction("acme") as connection:
            await connection.execute(text(f"INSERT INTO accounts VALUES {values}"))  # noqa: S608 - own names


async def test_owner_sees_no_tenant_s_rows_either(owner, store, samples):
    async with store.uow.transaction("acme") as tx:
        await tx.orders.merge([samples.order(1)])
    async with owner.transaction() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM orders")) == 0


async def test_tables_cannot_be_changed_by_the_app_role(app):
    with pytest.raises(ProgrammingError, match="must be owner"):
        async with app.transaction() as connection:
            await connection.execute(text("ALTER TABLE orders DISABLE ROW LEVEL SECURITY"))
