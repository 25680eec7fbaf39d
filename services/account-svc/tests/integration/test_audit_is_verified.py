"""`python -m account_svc audit verify` against rows that somebody with all rights has changed in PostgreSQL."""

import asyncio
import json
import sys
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from account_svc.adapters.outbound.postgres.credential_audit import PostgresCredentialAudit
from account_svc.adapters.outbound.postgres.migrate import migrate
from account_svc.bootstrap import audit
from account_svc.config import AuditConfig
from account_svc.domain.audit_chain import AuditSeal
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import AccountId, ApplicationId, TenantId
from svc_kit.clock import ManualClock
from svc_kit.database import Database
from svc_kit.secret import Secret

KEY = "audit-hmac-key-of-the-tests"
COLUMNS = "tenant_id, account_id, application, caller, purpose, request_id, used_at, previous_hash, hash"
USED = "INSERT INTO credential_uses (tenant_id, application, caller, purpose, used_at) VALUES ($1, 'default', 'token-svc', 'p', now())"
TWICE = f"INSERT INTO credential_uses ({COLUMNS}, number) SELECT {COLUMNS}, 5 FROM credential_uses WHERE tenant_id = 'acme' AND number = 2"  # noqa: S608 - the names above
SWAP = "UPDATE credential_uses SET number = {} WHERE tenant_id = 'acme' AND number = {}"


@pytest.fixture(scope="module")
async def database_urls(database_factory):
    """One database for all that is done to the record here."""
    urls = database_factory(owner="account_owner", app="account_app")
    await migrate(urls.owner_url, "account_app")
    return urls


@pytest.fixture
async def almighty(database_urls, postgres_server):
    """The superuser, in that database."""
    name = make_url(database_urls.owner_url).database
    url = make_url(postgres_server.url()).set(drivername="postgresql", database=name)
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    yield connection
    await connection.close()


@pytest.fixture
async def recorded(database_urls, almighty):
    """Five uses of acme and one of rival, and nothing else."""
    await almighty.execute("TRUNCATE credential_uses, credential_use_heads")
    async with Database.open(database_urls.app_url) as database:
        record = PostgresCredentialAudit(database, AuditSeal(Secret(KEY)))
        for tenant, count in (("acme", 5), ("rival", 1)):
            for number in range(count):
                await record.record(use(tenant, f"r{number}"))


@pytest.fixture
def verify(database_urls, capsys):
    """Verify and return (exit status, standard output, lines of standard error)."""

    async def run(earlier: Path | None = None, key: str = KEY, owner_url: str = database_urls.owner_url):
        status = await audit(AuditConfig.from_env({"DATABASE_OWNER_URL": owner_url, "AUDIT_HMAC_KEY": key}), earlier)
        printed = capsys.readouterr()
        return status, printed.out, printed.err.splitlines()

    return run


def use(tenant: str, request_id: str) -> CredentialUse:
    return CredentialUse(
        tenant=TenantId(tenant),
        account=AccountId("1"),
        application=ApplicationId("default"),
        caller="token-svc",
        purpose="account_credentials",
        request_id=request_id,
        at=ManualClock().now(),
    )


async def test_the_command_ends_with_the_verdict(recorded, database_urls, almighty):
    command = (sys.executable, "-m", "account_svc", "audit", "verify")
    environment = {"DATABASE_OWNER_URL": database_urls.owner_url, "AUDIT_HMAC_KEY": KEY}
    assert await (await asyncio.create_subprocess_exec(*command, env=environment)).wait() == 0
    await almighty.execute("UPDATE credential_uses SET purpose = 'fun' WHERE number = 5")
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
    _, err = await process.communicate()
    assert (process.returncode, err.decode().splitlines()[0]) == (1, "tenant acme: entry 5 was altered")


async def test_what_the_service_wrote_is_whole(recorded, verify):
    status, out, err = await verify()
    assert (status, err) == (0, ["whole: 3 chains, 8 entries, 0 with a fault"])
    assert [(line["tenant"], line["number"]) for line in map(json.loads, out.splitlines())] == [("$system", 2), ("acme", 5), ("rival", 1)]


@pytest.mark.parametrize(
    ("done", "named"),
    [
        (["UPDATE credential_uses SET caller = 'nobody' WHERE tenant_id = 'acme' AND number = 3"], "entry 3 was altered"),
        (["UPDATE credential_uses SET used_at = used_at + interval '1 us' WHERE number = 5"], "entry 5 was altered"),
        (["DELETE FROM credential_uses WHERE tenant_id = 'acme' AND number = 1"], "entry 1 is missing"),
        (["DELETE FROM credential_uses WHERE tenant_id = 'acme' AND number = 3"], "entry 3 is missing"),
        (["DELETE FROM credential_uses WHERE tenant_id = 'acme' AND number = 5"], "entry 5 is missing"),
        (["DELETE FROM credential_uses WHERE tenant_id = 'acme'"], "entry 1 is missing"),
        (
            ["DELETE FROM credential_uses WHERE tenant_id = 'acme'", "DELETE FROM credential_use_heads WHERE tenant_id = 'acme'"],
            "entry 1 is missing",
        ),
        ([SWAP.format(9, 2), SWAP.format(2, 3), SWAP.format(3, 9)], "entry 2 is not the one"),
        (
            (
                SWAP.format(9, 5),
                TWICE,
                SWAP.format(6, 9),
            ),
            "entry 5 is not the one",
        ),
        (["UPDATE credential_use_heads SET number = 9 WHERE tenant_id = 'acme'"], "entry 9 is where the head says"),
        (["DELETE FROM credential_use_heads WHERE tenant_id = 'acme'"], "entry 5 is the last, but the head"),
    ],
)
async def test_the_first_row_that_is_not_as_it_was_is_named(recorded, almighty, verify, done, named):
    for statement in done:
        assert await almighty.execute(statement) not in {"UPDATE 0", "DELETE 0", "INSERT 0 0"}
    status, _, err = await verify()
    assert status == 1
    assert err[0].startswith(f"tenant acme: {named}")
    assert err[-1].endswith("1 with a fault")


async def test_an_older_state_of_the_whole_database_shows_against_the_ends_kept_elsewhere(recorded, almighty, verify, tmp_path):
    ends = tmp_path / "ends.jsonl"
    ends.write_text((await verify())[1])
    assert (await verify(ends))[0] == 0
    await almighty.execute("TRUNCATE credential_uses, credential_use_heads")
    assert (await verify())[0] == 0
    status, _, err = await verify(ends)
    assert status == 1
    assert err[:3] == [f"tenant {tenant}: entry 1 is missing" for tenant in ("$system", "acme", "rival")]


async def test_the_wrong_key_is_noticed(recorded, verify):
    status, _, err = await verify(key="another")
    assert (status, err[-1]) == (1, "broken: 3 chains, 3 entries, 3 with a fault")


async def test_uses_from_before_the_chains_are_chained_by_the_migration(database_factory, verify):
    urls = database_factory(owner="account_owner", app="account_app")
    await migrate(urls.owner_url, "account_app", to="0001")
    app = await asyncpg.connect(make_url(urls.app_url).set(drivername="postgresql").render_as_string(hide_password=False))
    for tenant in ("acme", "$system", "acme", "rival"):
        await app.execute("SELECT set_config('app.tenant_id', $1, false)", tenant)
        await app.execute(USED, tenant)
    await app.close()
    with pytest.raises(ValueError, match="AUDIT_HMAC_KEY"):
        await migrate(urls.owner_url, "account_app")
    await migrate(urls.owner_url, "account_app", Secret(KEY))
    async with Database.open(urls.app_url) as database:
        await PostgresCredentialAudit(database, AuditSeal(Secret(KEY))).record(use("acme", "later"))
    status, out, _ = await verify(owner_url=urls.owner_url)
    assert status == 0
    assert [(line["tenant"], line["number"]) for line in map(json.loads, out.splitlines())] == [("$system", 3), ("acme", 3), ("rival", 1)]
