"""The catalogue of the migrated database against what is declared here, and every table tried over SQL as the service's own role."""

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from account_svc.adapters.outbound.postgres.migrate import migrate
from sellerport_stack.tenancy import Tenancy, crossings, escapes, violations

# A new table or function is declared here: `grants` has what the service may do with a table, nothing else may do anything.
DECLARED = Tenancy(
    owner="account_owner",
    app="account_app",
    tenant_column="tenant_id",
    grants={
        "accounts": "INSERT, SELECT, UPDATE",
        "account_failure_days": "DELETE, INSERT, SELECT, UPDATE",
        "account_syncs": "DELETE, INSERT, SELECT, UPDATE",
        "ads_records": "DELETE, INSERT, SELECT, UPDATE",
        "ads_syncs": "DELETE, INSERT, SELECT, UPDATE",
        "applications": "INSERT, SELECT, UPDATE",
        "credential_use_heads": "INSERT, SELECT, UPDATE",
        "credential_uses": "INSERT, SELECT",
        "data_keys": "DELETE, INSERT, SELECT, UPDATE",
        "oauth_states": "DELETE, INSERT, SELECT",
        "outbox": "DELETE, INSERT, SELECT, UPDATE",
        "refresh_leases": "DELETE, INSERT, SELECT, UPDATE",
    },
    # applications are the operator's; the outbox is read by one relay for all; alembic_version is one number
    without_tenant=frozenset({"applications", "outbox", "alembic_version"}),
    owner_policies={
        "accounts": frozenset({"directory"}),
        "data_keys": frozenset({"directory"}),
        "oauth_states": frozenset({"directory"}),
        "credential_uses": frozenset({"verification"}),
        "credential_use_heads": frozenset({"verification"}),
    },
    definers=frozenset(
        {"tenant_of_account(text)", "tenant_of_state(text)", "erase_account(text,integer)", "tenants_with_data_keys(text,integer)"}
    ),
)
# One row of each tenant in each table: what a table of another name needs is added here.
ROWS = {
    "accounts": (
        (
            "tenant_id, id, kind, selling_partner_id, region, marketplaces, signing, application, status, version, refresh_token_version,"
            " connected_at, created_at, updated_at"
        ),
        "$1, $1 || '-1', 'selling_partner', 'A1', 'NA', '{}', 'none', 'default', 'active', 1, 1, now(), now(), now()",
    ),
    "account_failure_days": ("tenant_id, account_id, day", "$1, $1 || '-1', now()"),
    "account_syncs": ("tenant_id, account_id, dataset", "$1, $1 || '-1', 'orders'"),
    "ads_records": (
        "tenant_id, kind, id, region, account_id, metadata, last_synced_at, is_default",
        "$1, 'profile', '1', 'NA', $1 || '-1', '{}', now(), false",
    ),
    "ads_syncs": ("tenant_id, kind, synced_at", "$1, 'profile', now()"),
    "credential_use_heads": ("tenant_id, number, hash, seal", "$1, 1, '', ''"),
    "credential_uses": (
        "tenant_id, number, application, caller, purpose, used_at, previous_hash, hash",
        "$1, 1, 'default', 'token-svc', 'p', now(), '', ''",
    ),
    "data_keys": ("tenant_id, id, kek_id, wrapped, state", "$1, gen_random_uuid(), 'k', 'w', 'active'"),
    "oauth_states": (
        "hash, browser_proof, tenant_id, user_id, central, region, marketplace, application, return_to, expires_at",
        "'h-' || $1, 'p', $1, 'u', 'seller', 'NA', 'm', 'default', '/', now()",
    ),
    "refresh_leases": ("account_id, tenant_id, id, refresh_token_version, expires_at", "$1 || '-1', $1, 'l', 1, now()"),
}


@pytest.fixture(scope="module")
async def urls(database_factory):
    urls = database_factory(owner=DECLARED.owner, app=DECLARED.app)
    await migrate(urls.owner_url, DECLARED.app)
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
    "CREATE TABLE notes (tenant_id text)": "notes: row-level security is not forced",
    "CREATE TABLE notes (id text)": "notes: has no column tenant_id",
    "ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY": "accounts: row-level security is not forced",
    "DROP POLICY tenant ON accounts": "accounts: no policy for all commands",
    "CREATE POLICY wide ON accounts USING (true)": "accounts: policy wide opens it further",
    "CREATE POLICY wide ON accounts FOR SELECT TO account_owner USING (true)": "accounts: policy wide opens it further",
    "ALTER POLICY tenant ON accounts WITH CHECK (true)": "accounts: no policy for all commands",
    "GRANT DELETE ON accounts TO account_app": "accounts: account_app may DELETE, INSERT, SELECT, UPDATE, declared is INSERT",
    "GRANT TRUNCATE ON credential_uses TO account_app": "credential_uses: account_app may INSERT, SELECT, TRUNCATE",
    "GRANT UPDATE (caller) ON credential_uses TO account_app": "credential_uses: column caller is granted by itself",
    "GRANT SELECT ON accounts TO PUBLIC": "accounts: PUBLIC may SELECT",
    "GRANT SELECT ON accounts TO account_app WITH GRANT OPTION": "accounts: account_app may",
    "GRANT USAGE ON SEQUENCE outbox_position_seq TO account_app": "outbox_position_seq: account_app may USAGE",
    "GRANT CREATE ON SCHEMA public TO account_app": "public: account_app may create",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO account_app": "default privileges are set",
    "CREATE VIEW all_accounts AS SELECT * FROM accounts": "all_accounts: a view",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'": "f(): everybody may call it",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'": "f(): runs as the owner and is not declared",
    "ALTER FUNCTION tenant_of_account(text) RESET search_path": "tenant_of_account(text): runs as the owner without a search_path",
    "ALTER ROLE account_app BYPASSRLS": "account_app: rolbypassrls",
    "GRANT account_owner TO account_app": "account_app: is_member",
    "ALTER TABLE outbox OWNER TO account_app": "account_app owns table outbox",
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_opening_is_found(almighty, planted):
    await almighty.execute(planted)
    assert [line for line in await violations(almighty, DECLARED) if line.startswith(PLANTED[planted])]


async def test_every_table_with_a_tenant_is_tried(almighty):
    tables = await almighty.fetch(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    )
    assert {row["table_name"] for row in tables} == set(ROWS), "add a row of the new table to ROWS above"


@pytest.mark.parametrize("table", ROWS)
async def test_no_statement_reaches_another_tenants_rows(app, table):
    assert await crossings(app, table, "tenant_id", victim="acme", intruder="rival") == []


async def test_a_table_without_its_policy_is_reached(app, urls):
    """The attempts are not in vain: where the wall is down they get through."""
    owner = await asyncpg.connect(plain(urls.owner_url))
    await owner.execute("ALTER TABLE data_keys DISABLE ROW LEVEL SECURITY")
    try:
        found = await crossings(app, "data_keys", "tenant_id", victim="acme", intruder="rival")
    finally:
        await owner.execute("ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY")
        await owner.close()
    done = {"reads", "updates", "takes", "gives away", "deletes", "locks", "plants", "copies", "is told by a function in a condition"}
    assert {line.removeprefix("data_keys: rival ") for line in found if " rival " in line} >= done


async def test_the_function_that_erases_an_account_knows_the_callers_tenant_only(app):
    for tenant in ("rival", ""):
        async with app.transaction():
            await app.execute("SELECT set_config('app.tenant_id', $1, true)", tenant)
            await app.execute("SELECT set_config('app.directory_lookup', 'on', true)")
            assert await app.fetchval("SELECT erase_account('acme-1', 1)") is False


async def test_the_role_becomes_nobody_else_and_sees_no_statistics(app, urls):
    owner = await asyncpg.connect(plain(urls.owner_url))
    await owner.execute("ANALYZE")
    await owner.close()
    assert await escapes(app, DECLARED.owner) == []
