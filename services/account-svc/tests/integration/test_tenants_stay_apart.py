"""Row-level security, asked of PostgreSQL itself: as the app role, as the owner, and over every endpoint."""

import asyncio
import sys

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from account_svc.adapters.outbound.postgres.migrate import migrate

BY_HAND = {"selling_partner_id": "A1", "region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}
TENANT_TABLES = (
    "accounts",
    "oauth_states",
    "data_keys",
    "credential_uses",
    "credential_use_heads",
    "account_syncs",
    "account_failure_days",
    "refresh_leases",
    "ads_records",
    "ads_syncs",
)
STATE = (
    "INSERT INTO oauth_states (hash, browser_proof, tenant_id, user_id, central, region, marketplace, application, return_to, expires_at)"
    " VALUES ($2, 'p', $1, 'u', 'seller', 'NA', 'm', 'default', '/', now() + interval '1 hour') ON CONFLICT DO NOTHING"
)
RECORDS = (
    "INSERT INTO account_syncs (tenant_id, account_id, dataset, succeeded_at) VALUES ($1, $2, 'orders', now()) ON CONFLICT DO NOTHING",
    "INSERT INTO account_failure_days (tenant_id, account_id, day) VALUES ($1, $2, current_date) ON CONFLICT DO NOTHING",
    (
        "INSERT INTO ads_records (tenant_id, kind, id, region, account_id, metadata, last_synced_at, is_default)"
        " VALUES ($1, 'profile', '1', 'NA', $2, '{}', now(), false) ON CONFLICT DO NOTHING"
    ),
)
SYNC = "INSERT INTO ads_syncs (tenant_id, kind, synced_at) VALUES ($1, 'profile', now()) ON CONFLICT DO NOTHING"


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
async def database_urls(database_factory):
    """One migrated database for all tests here: what they leave behind is what the others look at."""
    urls = database_factory(owner="account_owner", app="account_app")
    await migrate(urls.owner_url, "account_app")
    return urls


@pytest.fixture(scope="module")
def kek_file(tmp_path_factory):
    return tmp_path_factory.mktemp("keys") / "kek.json"


@pytest.fixture
def environment(environment, kek_file):
    return {**environment, "KEK_FILE": str(kek_file)}


@pytest.fixture
async def app(database_urls):
    """A connection as the app role."""
    connection = await asyncpg.connect(plain(database_urls.app_url))
    yield connection
    await connection.close()


@pytest.fixture
async def owner(database_urls):
    connection = await asyncpg.connect(plain(database_urls.owner_url))
    yield connection
    await connection.close()


async def become(connection, tenant: str) -> None:
    await connection.execute("SELECT set_config('app.tenant_id', $1, false)", tenant)


@pytest.fixture
async def filled(client, user, service, app):
    """Rows of two tenants in every table; returns the account ids by tenant."""
    ids = {}
    for tenant in ("acme", "rival"):
        made = await client.post("/api/v1/accounts", headers=user(tenant), json=BY_HAND)
        ids[tenant] = made.json()["id"]
        path = f"/internal/v1/accounts/{ids[tenant]}/credentials"
        read = await client.get(path, headers=service("token-svc", "credentials:read"))
        assert read.status_code == 200
        leases = f"/internal/v1/accounts/{ids[tenant]}/refresh-leases"
        lease = {"refresh_token_version": read.json()["refresh_token_version"], "seconds": 60}
        await client.post(leases, headers=service("token-svc", "credentials:write"), json=lease)
        await become(app, tenant)
        await app.execute(STATE, tenant, f"hash-of-{tenant}")
        await app.execute(SYNC, tenant)
        for statement in RECORDS:
            await app.execute(statement, tenant, ids[tenant])
    return ids


@pytest.fixture
async def client(client, user):
    """The client, once the default application is registered."""
    while (await client.post("/api/v1/accounts", headers=user("waiting"), json=BY_HAND)).status_code == 409:
        pass
    return client


async def test_every_table_with_a_tenant_has_forced_row_level_security(owner):
    unguarded = await owner.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attname = 'tenant_id' AND NOT a.attisdropped"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
    )
    guarded = await owner.fetch("SELECT relname FROM pg_class WHERE relforcerowsecurity")
    assert unguarded == []
    assert {row["relname"] for row in guarded} == set(TENANT_TABLES)


async def test_only_the_listed_tables_have_no_tenant(owner):
    tables = await owner.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN"
        " (SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id')"
    )
    assert {row["tablename"] for row in tables} == {"applications", "outbox", "alembic_version"}


async def test_the_app_role_owns_nothing_and_has_no_power(app):
    assert await app.fetchrow("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user") == (
        False,
        False,
        False,
        False,
    )
    assert await app.fetchval("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == 0
    for statement in ("ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY", "DROP POLICY tenant ON accounts", "CREATE TABLE mine (id int)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_a_tenant_sees_its_own_rows_only_and_nobody_sees_any(filled, app, table):
    for tenant in ("acme", "rival"):
        await become(app, tenant)
        assert {row["tenant_id"] for row in await app.fetch(f"SELECT tenant_id FROM {table}")} == {tenant}  # noqa: S608 - the names above
        foreign = "rival" if tenant == "acme" else "acme"
        assert await app.fetch(f"SELECT * FROM {table} WHERE tenant_id = $1", foreign) == []  # noqa: S608 - the names above
    await become(app, "")
    assert await app.fetch(f"SELECT * FROM {table}") == []  # noqa: S608 - the names above
    await app.execute("RESET app.tenant_id")
    assert await app.fetch(f"SELECT * FROM {table}") == []  # noqa: S608 - the names above


async def test_a_tenant_can_neither_change_nor_plant_anothers_rows(filled, app):
    await become(app, "rival")
    assert (
        await app.execute("UPDATE accounts SET status = 'disconnected', refresh_token = NULL WHERE id = $1", filled["acme"]) == "UPDATE 0"
    )
    assert await app.execute("DELETE FROM oauth_states WHERE hash = 'hash-of-acme'") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(STATE, "acme", "planted")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("UPDATE accounts SET tenant_id = 'acme' WHERE id = $1", filled["rival"])
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await app.execute(RECORDS[1], "rival", filled["acme"])


async def test_a_directory_function_tells_the_tenant_and_opens_nothing(filled, app):
    await become(app, "rival")
    assert await app.fetchval("SELECT tenant_of_account($1)", filled["acme"]) == "acme"
    assert await app.fetchval("SELECT tenant_of_state('hash-of-acme')") == "acme"
    assert await app.fetchval("SELECT tenant_of_account('nobody')") is None
    async with app.transaction():
        await app.fetchval("SELECT tenant_of_account($1)", filled["acme"])
        assert await app.fetch("SELECT * FROM accounts WHERE tenant_id = 'acme'") == []
    await app.execute("SET app.directory_lookup = 'on'")
    await app.execute("SET app.audit_verification = 'on'")
    for table in TENANT_TABLES:
        assert await app.fetch(f"SELECT * FROM {table} WHERE tenant_id = 'acme'") == []  # noqa: S608 - the names above


async def test_even_the_owner_sees_no_tenant_by_accident(filled, owner):
    for table in TENANT_TABLES:
        assert await owner.fetch(f"SELECT * FROM {table}") == []  # noqa: S608 - the names above


async def test_the_record_of_uses_can_only_grow(filled, app):
    await become(app, "acme")
    for statement in (
        "UPDATE credential_uses SET caller = 'nobody'",
        "DELETE FROM credential_uses",
        "TRUNCATE credential_uses",
        "DELETE FROM credential_use_heads",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    assert await app.fetchval("SELECT count(*) FROM credential_uses WHERE caller = 'token-svc' AND account_id = $1", filled["acme"]) >= 1


async def test_an_account_row_cannot_be_deleted_by_the_service(filled, app):
    await become(app, "acme")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("DELETE FROM accounts")
    await become(app, "rival")
    assert await app.fetchval("SELECT erase_account($1, 1)", filled["acme"]) is False


async def test_over_http_anothers_account_does_not_exist(filled, client, user):
    path = f"/api/v1/accounts/{filled['acme']}"
    for method, rest in (("GET", ""), ("DELETE", ""), ("DELETE", "?erase=true"), ("PATCH", ""), ("POST", "/default"), ("GET", "/health")):
        answer = await client.request(method, f"{path}{rest}", headers=user("rival"), json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    listed = (await client.get("/api/v1/accounts", headers=user("rival"))).json()["items"]
    assert [account["id"] for account in listed] == [filled["rival"]]
    assert (await client.delete("/api/v1/amazon/connection", headers=user("rival"))).status_code == 204
    assert (await client.get(path, headers=user("acme"))).json()["status"] == "active"


async def test_migrating_again_twice_at_once_changes_nothing(database_urls, owner):
    environment = {"DATABASE_OWNER_URL": database_urls.owner_url, "DATABASE_URL": database_urls.app_url}
    command = [sys.executable, "-m", "account_svc", "migrate"]
    migrations = [await asyncio.create_subprocess_exec(*command, env=environment) for _ in range(2)]
    assert [await migration.wait() for migration in migrations] == [0, 0]
    assert await owner.fetchval("SELECT count(*) FROM alembic_version") == 1
