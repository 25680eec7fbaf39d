"""Leases of refresh tokens in PostgreSQL."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from account_svc.adapters.outbound.postgres.tables import refresh_leases
from account_svc.domain.errors import RefreshLeaseHeldError
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.refresh_lease import RefreshLease
from svc_kit.database import Database


class PostgresRefreshLeases:
    """One row per account; whoever changes it holds its lock, so that of several takers one is first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, lease: RefreshLease, now: datetime) -> RefreshLease:
        mine = refresh_leases.c.account_id == lease.account
        values = {"id": lease.id, "refresh_token_version": lease.refresh_token_version, "expires_at": lease.expires_at}
        first = insert(refresh_leases).values(account_id=lease.account, tenant_id=lease.tenant, **values).on_conflict_do_nothing()
        async with self._database.tenant_transaction(lease.tenant) as connection:
            if (await connection.execute(first)).rowcount == 1:
                return lease
            known = (await connection.execute(select(refresh_leases).where(mine).with_for_update())).one_or_none()
            if known is None:  # ended between the two statements
                raise RefreshLeaseHeldError(0)
            if known.refresh_token_version >= lease.refresh_token_version and known.expires_at > now:
                raise RefreshLeaseHeldError((known.expires_at - now).total_seconds())
            await connection.execute(update(refresh_leases).where(mine).values(**values))
        return replace(lease, is_in_doubt=known.refresh_token_version == lease.refresh_token_version)

    async def end(self, tenant: TenantId, account: AccountId, lease_id: str) -> None:
        this = delete(refresh_leases).where(refresh_leases.c.account_id == account, refresh_leases.c.id == lease_id)
        async with self._database.tenant_transaction(tenant) as connection:
            await connection.execute(this)
