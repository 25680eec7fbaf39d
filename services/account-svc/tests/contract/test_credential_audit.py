"""What a CredentialAudit promises, asked of the fake and of PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from account_svc.adapters.outbound.memory.credential_audit import MemoryCredentialAudit
from account_svc.adapters.outbound.postgres.credential_audit import PostgresCredentialAudit
from account_svc.adapters.outbound.postgres.tables import credential_uses
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, AccountId, ApplicationId


@pytest.fixture(params=["memory", "postgres"])
def audited(request):
    """The audit, and a way to read what it wrote for a tenant."""
    if request.param == "memory":
        memory = MemoryCredentialAudit()

        async def remembered(tenant):
            return [(use.account, use.caller, use.purpose, use.request_id) for use in memory.uses if use.tenant == tenant]

        return memory, remembered
    database = request.getfixturevalue("database")

    async def stored(tenant):
        columns = (credential_uses.c.account_id, credential_uses.c.caller, credential_uses.c.purpose, credential_uses.c.request_id)
        async with database.tenant_transaction(tenant) as connection:
            return [tuple(row) for row in await connection.execute(select(*columns).order_by(credential_uses.c.position))]

    return PostgresCredentialAudit(database), stored


def use(tenant, request_id, account="1"):
    return CredentialUse(
        tenant=tenant,
        account=AccountId(account) if account else None,
        application=ApplicationId("default"),
        caller="token-svc",
        purpose="account_credentials",
        request_id=request_id,
        at=datetime(2026, 1, 2, tzinfo=UTC),
    )


async def test_each_use_is_written_down_in_order(audited, tenant):
    audit, written = audited
    for request_id in ("r1", "r2", "r1"):
        await audit.record(use(tenant, request_id))
    assert await written(tenant) == [("1", "token-svc", "account_credentials", request_id) for request_id in ("r1", "r2", "r1")]


async def test_uses_of_an_application_are_nobody_elses(audited, tenant):
    audit, written = audited
    await audit.record(use(SYSTEM_TENANT, None, account=None))
    assert await written(tenant) == []
    assert (None, "token-svc", "account_credentials", None) in await written(SYSTEM_TENANT)
