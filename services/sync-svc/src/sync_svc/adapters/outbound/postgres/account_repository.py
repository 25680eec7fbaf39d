"""Accounts in PostgreSQL."""

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_svc.adapters.outbound.postgres.outbox import Outbox
from sync_svc.domain.account import Account, AccountStatus
from sync_svc.domain.events import DomainEvent


class PostgresAccountRepository:
    """Implements `AccountRepository`."""

    def __init__(self, connection: AsyncConnection, tenant: str, outbox: Outbox) -> None:
        self._connection = connection
        self._tenant = tenant
        self._outbox = outbox

    async def lock(self, account_id: str) -> Account | None:
        # The row may not be there yet, so the lock is on its name.
        await self._connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))"), {"name": f"account/{self._tenant}/{account_id}"}
        )
        row = (
            (await self._connection.execute(text("SELECT * FROM accounts WHERE id = :id FOR UPDATE"), {"id": account_id}))
            .mappings()
            .one_or_none()
        )
        return _account(row) if row is not None else None

    async def get(self, account_id: str) -> Account | None:
        query = text("SELECT * FROM accounts WHERE id = :id AND status <> 'erased'")
        row = (await self._connection.execute(query, {"id": account_id})).mappings().one_or_none()
        return _account(row) if row is not None else None

    async def save(self, account: Account, *events: DomainEvent) -> None:
        await self._connection.execute(
            text(
                "INSERT INTO accounts (tenant, id, region, selling_partner_id, marketplaces, status, version, changed_at)"
                " VALUES (:tenant, :id, :region, :selling_partner_id, :marketplaces, :status, :version, :changed_at)"
                " ON CONFLICT (tenant, id) DO UPDATE SET region = excluded.region, selling_partner_id = excluded.selling_partner_id,"
                " marketplaces = excluded.marketplaces, status = excluded.status, version = excluded.version,"
                " changed_at = excluded.changed_at"
            ),
            {
                "tenant": self._tenant,
                "id": account.id,
                "region": account.region,
                "selling_partner_id": account.selling_partner_id,
                "marketplaces": list(account.marketplaces),
                "status": account.status.value,
                "version": account.version,
                "changed_at": account.changed_at,
            },
        )
        await self._outbox.append(*events)

    async def all(self) -> list[Account]:
        rows = await self._connection.execute(text("SELECT * FROM accounts WHERE status <> 'erased' ORDER BY id"))
        return [_account(row) for row in rows.mappings()]

    async def erase_data(self, account_id: str) -> None:
        # Runs first: a page under way holds its run, so this waits for it, and what it stored is seen by what follows.
        for table in ("runs", "orders", "inventory", "freshness"):
            await self._connection.execute(text(f"DELETE FROM {table} WHERE account_id = :id"), {"id": account_id})  # noqa: S608 - own names


def _account(values: RowMapping) -> Account:
    return Account(
        id=values["id"],
        tenant=values["tenant"],
        region=values["region"],
        selling_partner_id=values["selling_partner_id"],
        marketplaces=tuple(values["marketplaces"]),
        status=AccountStatus(values["status"]),
        version=values["version"],
        changed_at=values["changed_at"],
    )
