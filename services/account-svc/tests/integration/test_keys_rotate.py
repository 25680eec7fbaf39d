"""Rotations on real PostgreSQL, as an operator runs them, while the service reads and writes; and a job that is killed."""

import asyncio
import json
import os
import sys
import uuid
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import make_url

from account_svc.adapters.inbound.command_line.keys import parse_command, run_command
from account_svc.adapters.outbound.postgres.sealed_columns import SEALED_COLUMNS
from account_svc.config import KeysConfig
from account_svc.production import open_key_tools

BY_HAND = {"region": "NA", "marketplaces": ["US"], "refresh_token": "Atzr|planted-token"}
NO_SEALS = {
    "credential_uses": {"hash", "previous_hash"},
    "credential_use_heads": {"hash", "seal"},
    "outbox": {"content"},
    "data_keys": {"wrapped"},
}
ACCOUNTS = 12


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
async def app(database_urls):
    connection = await asyncpg.connect(plain(database_urls.app_url))
    yield connection
    await connection.close()


@pytest.fixture
def keys(environment, database_urls):
    """Run `keys <line>` in a process of its own; returns it, started."""

    async def run(line: str) -> asyncio.subprocess.Process:
        settings = {"DATABASE_URL": database_urls.app_url, "KEK_FILE": environment["KEK_FILE"], "PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "account_svc", "keys", *line.split()]
        return await asyncio.create_subprocess_exec(*command, env=settings, stdout=asyncio.subprocess.PIPE, limit=2**20)

    return run


@pytest.fixture
def done(environment, database_urls):
    """Run `keys <line>` to its end, in this process; returns what it said."""
    config = KeysConfig.from_env({"DATABASE_URL": database_urls.app_url, "KEK_FILE": environment["KEK_FILE"]})

    async def run(line: str) -> str:
        said: list[str] = []
        async with AsyncExitStack() as stack:
            code = await run_command(parse_command(line.split()), await open_key_tools(config, said.append, stack))
        assert code == 0, said
        return "\n".join(said)

    return run


@pytest.fixture
def read(client, service):
    """Ask for an account's credentials as token-svc does."""

    async def ask(account: str) -> httpx.Response:
        return await client.get(f"/internal/v1/accounts/{account}/credentials", headers=service("token-svc", "credentials:read"))

    return ask


@pytest.fixture
def rewrite(client, service):
    """Bring a rotated refresh token as token-svc does."""

    async def put(account: str, token: str, version: int) -> httpx.Response:
        body = {"refresh_token": token, "expected_version": version}
        header = service("token-svc", "credentials:write")
        return await client.put(f"/internal/v1/accounts/{account}/refresh-token", headers=header, json=body)

    return put


@pytest.fixture
async def connected(client, user) -> list[str]:
    """Accounts of two tenants."""
    ids = []
    for number in range(ACCOUNTS):
        header = user(("acme", "rival")[number % 2])
        body = {**BY_HAND, "selling_partner_id": f"A{number}"}
        while (made := await client.post("/api/v1/accounts", headers=header, json=body)).status_code == 409:
            await asyncio.sleep(0.05)
        ids.append(made.json()["id"])
    return ids


async def test_every_column_of_bytes_is_listed_as_a_seal_or_known_to_be_none(database_urls):
    owner = await asyncpg.connect(plain(database_urls.owner_url))
    found = await owner.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'"
    )
    guarded = await owner.fetch(
        "SELECT c.conrelid::regclass::text AS table, a.attname AS column FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]"
        " WHERE c.contype = 'f' AND c.confrelid = 'data_keys'::regclass"
    )
    await owner.close()
    known = {(table, column) for table, columns in NO_SEALS.items() for column in columns}
    listed = {(column.table.name, column.column) for column in SEALED_COLUMNS}
    assert {(row["table_name"], row["column_name"]) for row in found} == listed | known
    assert {(row["table"], row["column"]) for row in guarded} == {(table, f"{column}_key") for table, column in listed}


async def test_no_value_can_be_stored_under_a_key_that_is_not_there_or_another_tenants(connected, app):
    await app.execute("SELECT set_config('app.tenant_id', 'rival', false)")
    theirs = await app.fetchval("SELECT refresh_token FROM accounts LIMIT 1")
    await app.execute("SELECT set_config('app.tenant_id', 'acme', false)")
    for sealed in (theirs, b"\x01" + uuid.uuid4().bytes + b"x" * 40):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await app.execute("UPDATE accounts SET refresh_token = $1", sealed)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await app.execute("DELETE FROM data_keys")


async def test_a_key_encryption_key_is_replaced_while_calls_run(read, connected, done, environment):
    (old,) = json.loads(Path(environment["KEK_FILE"]).read_bytes())["keys"]
    await done("new-kek")
    assert "3 data keys wrapped" in await done("rewrap")
    assert "0 data keys wrapped" in await done("rewrap")
    assert old not in await done("status")
    await done(f"destroy-kek {old}")
    assert [(await read(account)).status_code for account in connected] == [200] * ACCOUNTS


async def test_data_keys_are_replaced_while_the_service_reads_and_writes(rewrite, read, connected, done, app):
    before = {row["id"] for row in await _keys(app)}
    stop = asyncio.Event()
    bad: list[tuple[int, str]] = []
    written: dict[str, str] = {}

    async def reading() -> None:
        while not stop.is_set():
            for account in connected:
                answer = await read(account)
                if answer.status_code != 200:
                    bad.append((answer.status_code, answer.text))

    async def writing() -> None:
        number = 0
        while not stop.is_set():
            account = connected[number % ACCOUNTS]
            token, number = f"Atzr|rotated-{number}", number + 1
            version = (await read(account)).json()["refresh_token_version"]
            answer = await rewrite(account, token, version)
            if answer.status_code == 200:
                written[account] = token
            else:
                bad.append((answer.status_code, answer.text))

    work = [asyncio.create_task(reading()), asyncio.create_task(writing())]
    try:
        said = await done("rotate-data-keys --batch 4 --grace-seconds 12")
    finally:
        stop.set()
        await asyncio.gather(*work)
    assert bad == []
    assert "3 old data keys destroyed, 0 left" in said
    assert not before & {row["id"] for row in await _keys(app)}
    assert "0 under retired ones, 0 lost" in await done("status")
    for account in connected:
        token = (await read(account)).json()["refresh_token"]
        assert token == written.get(account, "Atzr|planted-token")
    assert len(written) > 1


@pytest.mark.parametrize("after_lines", [1, 3])
async def test_a_job_that_is_killed_loses_nothing_and_is_finished_by_the_next(read, connected, keys, done, after_lines):
    job = await keys("rotate-data-keys --batch 1 --grace-seconds 0")
    first = (await job.stdout.readline()).decode()
    for _ in range(after_lines - 1):
        await job.stdout.readline()
    job.kill()
    await job.communicate()
    assert [(await read(account)).status_code for account in connected] == [200] * ACCOUNTS
    again = first.partition(": ")[2].strip()
    assert again.startswith("rotate-data-keys --created-before ")
    await done(f"{again} --grace-seconds 0")
    assert "data keys: 3 active, 0 retired" in await done("status")
    assert [(await read(account)).status_code for account in connected] == [200] * ACCOUNTS


async def test_a_shredded_tenant_opens_nowhere_and_the_other_goes_on(client, user, read, connected, done):
    assert "6 accounts disconnected" in await done("shred --tenant acme --yes")
    listed = (await client.get("/api/v1/accounts", headers=user("acme"))).json()["items"]
    assert {account["status"] for account in listed} == {"disconnected"}
    answers = [(await read(account)).status_code for account in connected]
    assert answers == [403, 200] * (ACCOUNTS // 2)
    body = {**BY_HAND, "selling_partner_id": "A0"}
    again = (await client.post("/api/v1/accounts", headers=user("acme"), json=body)).json()
    assert again["id"] == connected[0]


async def _keys(app) -> list[asyncpg.Record]:
    found = []
    for tenant in ("acme", "rival", "$system"):
        await app.execute("SELECT set_config('app.tenant_id', $1, false)", tenant)
        found += await app.fetch("SELECT id FROM data_keys")
    return found
