"""What a CredentialAudit promises, asked of the fake and of PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from account_svc.adapters.outbound.memory.credential_audit import MemoryCredentialAudit
from account_svc.adapters.outbound.postgres.audit_rows import entry_of
from account_svc.adapters.outbound.postgres.credential_audit import PostgresCredentialAudit
from account_svc.adapters.outbound.postgres.tables import credential_uses
from account_svc.domain.audit_chain import GENESIS, AuditSeal
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, AccountId, ApplicationId
from svc_kit.secret import Secret

SEAL = AuditSeal(Secret("key-of-the-contract"))


@pytest.fixture(params=["memory", "postgres"])
def audited(request):
    """The audit, and a way to read the chain that it wrote for a tenant."""
    if request.param == "memory":
        memory = MemoryCredentialAudit(SEAL)

        async def remembered(tenant):
            return list(memory.entries.get(tenant, []))

        return memory, remembered
    database = request.getfixturevalue("database")

    async def stored(tenant):
        async with database.tenant_transaction(tenant) as connection:
            return [entry_of(row) for row in await connection.execute(select(credential_uses).order_by(credential_uses.c.number))]

    return PostgresCredentialAudit(database, SEAL), stored


def use(tenant, request_id, account="1", second=0):
    return CredentialUse(
        tenant=tenant,
        account=AccountId(account) if account else None,
        application=ApplicationId("default"),
        caller="token-svc",
        purpose="account_credentials",
        request_id=request_id,
        at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC) + timedelta(seconds=second),
    )


async def test_each_use_is_written_down_in_order_with_all_it_says(audited, tenant):
    audit, written = audited
    uses = [use(tenant, request_id, second=second) for second, request_id in enumerate(("r1", None, "r1"))]
    for each in uses:
        await audit.record(each)
    assert [(entry.number, entry.use) for entry in await written(tenant)] == list(enumerate(uses, 1))


async def test_each_entry_follows_from_the_one_before(audited, tenant):
    audit, written = audited
    for request_id in ("r1", "r2", "r3"):
        await audit.record(use(tenant, request_id))
    previous = GENESIS
    for entry in await written(tenant):
        assert entry.previous == previous
        assert entry.hash == SEAL.entry_hash(entry.number, entry.use, previous)
        previous = entry.hash


async def test_uses_at_the_same_time_make_one_chain_without_gaps(audited, tenant):
    audit, written = audited
    await asyncio.gather(*(audit.record(use(tenant, f"r{number}")) for number in range(40)))
    entries = await written(tenant)
    assert [entry.number for entry in entries] == list(range(1, 41))
    assert {entry.use.request_id for entry in entries} == {f"r{number}" for number in range(40)}
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


async def test_uses_of_an_application_are_nobody_elses(audited, tenant):
    audit, written = audited
    mine = use(SYSTEM_TENANT, f"of-{tenant}", account=None)
    await audit.record(mine)
    assert await written(tenant) == []
    assert mine in [entry.use for entry in await written(SYSTEM_TENANT)]


async def test_the_first_use_of_a_tenant_and_no_other_is_noted_in_the_systems_chain(audited, tenant):
    audit, written = audited
    for request_id in ("r1", "r2"):
        await audit.record(use(tenant, request_id))
    noted = [entry.use for entry in await written(SYSTEM_TENANT) if entry.use.purpose == f"chain_begun:{tenant}"]
    assert [(each.caller, each.request_id) for each in noted] == [("token-svc", "r1")]
