"""The whole record of credential uses, in PostgreSQL, read as the owner of the tables."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import select, text, union
from sqlalchemy.ext.asyncio import AsyncConnection

from account_svc.adapters.outbound.postgres.audit_rows import entry_of, head_of
from account_svc.adapters.outbound.postgres.tables import credential_use_heads, credential_uses
from account_svc.domain.audit_chain import AuditEntry, ChainHead
from account_svc.domain.identifiers import TenantId
from svc_kit.database import Database


class PostgresAuditSnapshot:
    """One repeatable-read transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def tenants(self) -> Sequence[TenantId]:
        named = union(select(credential_uses.c.tenant_id), select(credential_use_heads.c.tenant_id)).order_by("tenant_id")
        return [TenantId(tenant) for tenant in await self._connection.scalars(named)]

    async def head(self, tenant: TenantId) -> ChainHead | None:
        stored = select(credential_use_heads).where(credential_use_heads.c.tenant_id == tenant)
        row = (await self._connection.execute(stored)).one_or_none()
        return head_of(row) if row is not None else None

    async def entries(self, tenant: TenantId) -> AsyncIterator[AuditEntry]:
        chain = select(credential_uses).where(credential_uses.c.tenant_id == tenant).order_by(credential_uses.c.number)
        async with self._connection.stream(chain) as rows:
            async for row in rows:
                yield entry_of(row)


class PostgresAuditTrail:
    """Reads across tenants by a policy that holds for the owner alone, and only where it asks for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[PostgresAuditSnapshot]:
        async with self._database.transaction() as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            await connection.execute(text("SELECT set_config('app.audit_verification', 'on', true)"))
            yield PostgresAuditSnapshot(connection)
