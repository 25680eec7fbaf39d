"""The record of credential uses, in PostgreSQL."""

from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncConnection

from account_svc.adapters.outbound.postgres.audit_rows import head_of, row_of_entry, row_of_head
from account_svc.adapters.outbound.postgres.tables import credential_use_heads, credential_uses
from account_svc.domain.audit_chain import AuditEntry, AuditSeal, ChainHead, chain_begun
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, TenantId
from svc_kit.database import Database


class PostgresCredentialAudit:
    """Appends under the lock of the tenant's head; the app role may neither change nor remove an entry."""

    def __init__(self, database: Database, seal: AuditSeal) -> None:
        self._database = database
        self._seal = seal

    async def record(self, use: CredentialUse) -> None:
        async with self._database.tenant_transaction(use.tenant) as connection:
            entry = await self._append(connection, use)
            if entry.number == 1 and use.tenant != SYSTEM_TENANT:
                # Always the tenant's head before the system's: two that begin at once cannot block each other.
                await connection.execute(text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": SYSTEM_TENANT})
                await self._append(connection, chain_begun(use))

    async def _append(self, connection: AsyncConnection, use: CredentialUse) -> AuditEntry:
        entry, head = self._seal.follow(await self._locked_head(connection, use.tenant), use)
        moved = update(credential_use_heads).where(credential_use_heads.c.tenant_id == use.tenant).values(**row_of_head(head))
        # One round trip: the head is locked until the commit, and the next use of this tenant waits for it.
        await connection.execute(insert(credential_uses).values(**row_of_entry(entry)).add_cte(moved.cte("moved")))
        return entry

    async def _locked_head(self, connection: AsyncConnection, tenant: TenantId) -> ChainHead:
        locked = select(credential_use_heads).where(credential_use_heads.c.tenant_id == tenant).with_for_update()
        row: Any = (await connection.execute(locked)).one_or_none()
        if row is None:
            begun = row_of_head(self._seal.begin(tenant))
            await connection.execute(insert_unless_there(credential_use_heads).values(**begun).on_conflict_do_nothing())
            row = (await connection.execute(locked)).one()
        return head_of(row)
