"""Accounts in PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import Insert, Update, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from account_svc.adapters.outbound.postgres.account_rows import FIXED, account_of, row_of
from account_svc.adapters.outbound.postgres.event_wire import wire_event
from account_svc.adapters.outbound.postgres.tables import accounts, outbox
from account_svc.application.ports.account_repository import AccountFilter
from account_svc.domain.account import AccountStatus, Identity, SellingPartnerAccount
from account_svc.domain.events import AccountEvent, AccountUpdated
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock
from svc_kit.database import Database
from svc_kit.errors import Conflict
from svc_kit.ids import IdFactory
from svc_kit.outbox import append


class PostgresAccountRepository:
    """Every query runs in a transaction that sees one tenant only, by row-level security."""

    def __init__(self, database: Database, clock: Clock, ids: IdFactory) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    async def get(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount | None:
        async with self._database.tenant_transaction(tenant) as connection:
            row = (await connection.execute(select(accounts).where(accounts.c.id == account_id))).one_or_none()
        return account_of(row) if row else None

    async def find(self, identity: Identity) -> SellingPartnerAccount | None:
        query = select(accounts).where(
            accounts.c.tenant_id == identity.tenant,
            accounts.c.kind == identity.kind.value,
            accounts.c.selling_partner_id == identity.selling_partner_id,
            accounts.c.region == identity.region.value,
        )
        async with self._database.tenant_transaction(identity.tenant) as connection:
            row = (await connection.execute(query)).one_or_none()
        return account_of(row) if row else None

    async def page(
        self, tenant: TenantId, wanted: AccountFilter, *, after: AccountId | None, limit: int
    ) -> Sequence[SellingPartnerAccount]:
        query = select(accounts).where(accounts.c.tenant_id == tenant).order_by(accounts.c.id).limit(limit)
        if after is not None:
            query = query.where(accounts.c.id > after)
        if wanted.kind is not None:
            query = query.where(accounts.c.kind == wanted.kind.value)
        if wanted.status is not None:
            query = query.where(accounts.c.status == wanted.status.value)
        if wanted.is_connected is not None:
            query = query.where((accounts.c.status != AccountStatus.DISCONNECTED.value) == wanted.is_connected)
        if wanted.marketplace is not None:
            query = query.where(literal(wanted.marketplace) == accounts.c.marketplaces.any_())
        async with self._database.tenant_transaction(tenant) as connection:
            return [account_of(row) for row in (await connection.execute(query)).all()]

    async def save(self, account: SellingPartnerAccount, *events: AccountEvent) -> None:
        statement = _insertion(account) if account.version == 1 else _replacement(account)
        try:
            async with self._database.tenant_transaction(account.identity.tenant) as connection:
                yielded = await _take_default(connection, account) if account.is_default else []
                if (await connection.execute(statement)).rowcount != 1:
                    raise Conflict("the account was changed in the meantime")
                await append(connection, outbox, *(wire_event(event, self._clock, self._ids) for event in (*yielded, *events)))
        except IntegrityError as error:
            raise Conflict("the selling partner already has an account, or the data key was replaced in the meantime") from error

    async def tenant_of(self, account_id: AccountId) -> TenantId | None:
        async with self._database.transaction() as connection:
            tenant = await connection.scalar(text("SELECT tenant_of_account(:id)"), {"id": account_id})
        return TenantId(tenant) if tenant is not None else None


async def _take_default(connection: AsyncConnection, account: SellingPartnerAccount) -> list[AccountUpdated]:
    tenant, kind = account.identity.tenant, account.identity.kind.value
    # Two that take it from each other wait in line here, before either holds a row.
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"default:{tenant}:{kind}"})
    others = update(accounts).where(
        accounts.c.tenant_id == tenant, accounts.c.kind == kind, accounts.c.is_default, accounts.c.id != account.id
    )
    change = {"is_default": False, "version": accounts.c.version + 1, "updated_at": account.updated_at}
    return [AccountUpdated(account_of(row)) for row in await connection.execute(others.values(change).returning(accounts))]


def _insertion(account: SellingPartnerAccount) -> Insert:
    return insert(accounts).values(**row_of(account))


def _replacement(account: SellingPartnerAccount) -> Update:
    changed = {name: value for name, value in row_of(account).items() if name not in FIXED}
    return update(accounts).where(accounts.c.id == account.id, accounts.c.version == account.version - 1).values(**changed)
