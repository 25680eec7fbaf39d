"""What an AuditTrail promises, asked of the fake and of PostgreSQL."""

import uuid

import pytest

from account_svc.adapters.outbound.memory.audit_trail import MemoryAuditTrail
from account_svc.adapters.outbound.memory.credential_audit import MemoryCredentialAudit
from account_svc.adapters.outbound.postgres.audit_trail import PostgresAuditTrail
from account_svc.adapters.outbound.postgres.credential_audit import PostgresCredentialAudit
from account_svc.domain.audit_chain import AuditSeal
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, ApplicationId, TenantId
from svc_kit.clock import ManualClock
from svc_kit.database import Database
from svc_kit.secret import Secret

SEAL = AuditSeal(Secret("key-of-the-contract"))


@pytest.fixture
async def as_owner(migrated_urls):
    """The database, as the owner of its tables."""
    async with Database.open(migrated_urls.owner_url, pool_size=1) as database:
        yield database


@pytest.fixture(params=["memory", "postgres"])
def record_and_trail(request):
    """The record, and the trail that shows it."""
    if request.param == "memory":
        audit = MemoryCredentialAudit(SEAL)
        return audit, MemoryAuditTrail(audit)
    as_owner, database = request.getfixturevalue("as_owner"), request.getfixturevalue("database")
    return PostgresCredentialAudit(database, SEAL), PostgresAuditTrail(as_owner)


def use(tenant, request_id="r"):
    at = ManualClock().now()
    return CredentialUse(
        tenant=tenant, account=None, application=ApplicationId("a"), caller="token-svc", purpose="p", request_id=request_id, at=at
    )


async def test_every_chain_is_shown_by_number_with_its_head(record_and_trail, tenant):
    audit, trail = record_and_trail
    other = TenantId(f"t-{uuid.uuid4()}")
    for request_id in ("r1", "r2", "r3"):
        await audit.record(use(tenant, request_id))
    await audit.record(use(other))
    async with trail.snapshot() as snapshot:
        assert {tenant, other, SYSTEM_TENANT} <= set(await snapshot.tenants())
        entries = [entry async for entry in snapshot.entries(tenant)]
        head = await snapshot.head(tenant)
    assert [(entry.number, entry.use.request_id) for entry in entries] == [(1, "r1"), (2, "r2"), (3, "r3")]
    assert (head.tenant, head.number, head.hash) == (tenant, 3, entries[-1].hash)
    assert SEAL.is_genuine(head)


async def test_what_is_recorded_later_is_not_in_the_snapshot(record_and_trail, tenant):
    audit, trail = record_and_trail
    await audit.record(use(tenant))
    async with trail.snapshot() as snapshot:
        assert tenant in await snapshot.tenants()
        await audit.record(use(tenant))
        assert len([entry async for entry in snapshot.entries(tenant)]) == 1
        assert (await snapshot.head(tenant)).number == 1


async def test_a_tenant_without_uses_has_no_chain(record_and_trail, tenant):
    _, trail = record_and_trail
    async with trail.snapshot() as snapshot:
        assert tenant not in await snapshot.tenants()
        assert await snapshot.head(tenant) is None
        assert [entry async for entry in snapshot.entries(tenant)] == []
