"""The catalogue of the migrated database against what is declared here, and every table tried over SQL as the service's own role."""

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from sellerport_stack.tenancy import Tenancy, crossings, escapes, violations
from sync_svc.adapters.outbound.postgres.migrate import migrate

# A new table or function is declared here: `grants` has what the service may do with a table, nothing else may do anything.
DECLARED = Tenancy(
    owner="sync_owner",
    app="sync_app",
    tenant_column="tenant",
    grants=dict.fromkeys(("accounts", "freshness", "inventory", "orders", "outbox", "runs"), "DELETE, INSERT, SELECT, UPDATE"),
    # the outbox is read by one relay for all; alembic_version is one number
    without_tenant=frozenset({"outbox", "alembic_version"}),
    owner_policies={
        "accounts": frozenset({"directory_lookup"}),
        "freshness": frozenset({"directory_lookup"}),
        "runs": frozenset({"directory_lookup", "directory_forget"}),
    },
    definers=frozenset(
        {
            "due_datasets(timestamp with time zone,integer,text[])",
            "forget_runs(timestamp with time zone)",
            "stalled_runs(timestamp with time zone)",
        }
    ),
)
# One row of each tenant in each table: what a table of another name needs is added here.
ROWS = {
    "accounts": (
        "tenant, id, region, selling_partner_id, marketplaces, status, version, changed_at",
        "$1, 'a', 'NA', 's', '{}', 'active', 1, now()",
    ),
    "freshness": ("tenant, account_id, dataset, failures", "$1, 'a', 'orders', 0"),
    "inventory": (
        (
            "tenant, account_id, marketplace_id, seller_sku, total_quantity, fulfillable_quantity, reserved_quantity, inbound_quantity,"
            " unfulfillable_quantity, last_updated"
        ),
        "$1, 'a', 'm', 'sku', 1, 1, 0, 0, 0, now()",
    ),
    "orders": (
        "tenant, account_id, order_id, marketplace_id, status, created_at, last_updated, units_shipped, units_unshipped",
        "$1, 'a', 'o', 'm', 'SHIPPED', now(), now(), 1, 0",
    ),
    "runs": (
        "tenant, id, account_id, dataset, slot, trigger, state, epoch, attempts, pages, items, changed, created_at",
        "$1, 'r', 'a', 'orders', 's', 'manual', 'queued', 0, 0, 0, 0, 0, now()",
    ),
}


@pytest.fixture(scope="module")
async def urls(database_factory):
    urls = database_factory(owner=DECLARED.owner, app=DECLARED.app)
    await migrate(urls.owner_url, app_role=DECLARED.app)
    app = await asyncpg.connect(plain(urls.app_url))
    for tenant in ("acme", "rival"):
        await app.execute("SELECT set_config('app.tenant_id', $1, false)", tenant)
        for table, (columns, values) in ROWS.items():
            await app.execute(f"INSERT INTO {table} ({columns}) VALUES ({values.replace('$1', f'text {tenant!r}')})")  # noqa: S608 - the names above
    await app.close()
    return urls


def plain(url: str, **changes: str) -> str:
    return make_url(url).set(drivername="postgresql", **changes).render_as_string(hide_password=False)


@pytest.fixture
async def app(urls):
    connection = await asyncpg.connect(plain(urls.app_url))
    yield connection
    await connection.close()


@pytest.fixture
async def almighty(urls, postgres_server):
    """The superuser in that database, in a transaction that comes to nothing."""
    connection = await asyncpg.connect(plain(postgres_server.url(), database=make_url(urls.owner_url).database))
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_the_database_is_no_more_open_than_declared(almighty):
    assert await violations(almighty, DECLARED) == []


PLANTED = {
    "CREATE TABLE notes (tenant text)": "notes: row-level security is not forced",
    "CREATE TABLE notes (id text)": "notes: has no column tenant",
    "ALTER TABLE orders NO FORCE ROW LEVEL SECURITY": "orders: row-level security is not forced",
    "DROP POLICY own_tenant ON orders": "orders: no policy for all commands",
    "CREATE POLICY wide ON orders USING (true)": "orders: policy wide opens it further",
    "GRANT TRUNCATE ON orders TO sync_app": "orders: sync_app may DELETE, INSERT, SELECT, TRUNCATE, UPDATE",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'": "f(): runs as the owner and is not declared",
    "ALTER ROLE sync_app BYPASSRLS": "sync_app: rolbypassrls",
    "ALTER TABLE outbox OWNER TO sync_app": "sync_app owns table outbox",
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_opening_is_found(almighty, planted):
    await almighty.execute(planted)
    assert [line for line in await violations(almighty, DECLARED) if line.startswith(PLANTED[planted])]


async def test_every_table_with_a_tenant_is_tried(almighty):
    tables = await almighty.fetch(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant' AND table_schema = 'public'"
    )
    assert {row["table_name"] for row in tables} == set(ROWS), "add a row of the new table to ROWS above"


@pytest.mark.parametrize("table", ROWS)
async def test_no_statement_reaches_another_tenants_rows(app, table):
    assert await crossings(app, table, "tenant", victim="acme", intruder="rival") == []


async def test_the_role_becomes_nobody_else_and_sees_no_statistics(app, urls):
    owner = await asyncpg.connect(plain(urls.owner_url))
    await owner.execute("ANALYZE")
    await owner.close()
    assert await escapes(app, DECLARED.owner) == []
