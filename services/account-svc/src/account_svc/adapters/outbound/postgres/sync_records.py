"""How the synchronisation of the accounts goes, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from account_svc.adapters.outbound.postgres.tables import account_failure_days, account_syncs
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.sync_record import FAILURE_WINDOW, DatasetRecord, RunOutcome, SyncRecord
from svc_kit.database import Database

_FOREIGN_KEY: Final = "23503"


class PostgresSyncRecords:
    """One row per account and dataset, one per failure day; both go with the account's row, by foreign key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, tenant: TenantId, outcome: RunOutcome) -> None:
        try:
            await self._note(tenant, outcome)
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != _FOREIGN_KEY:
                raise
            # The tenant has no such account: erased while the run was under way, or never there.

    async def _note(self, tenant: TenantId, outcome: RunOutcome) -> None:
        owner = {"tenant_id": tenant, "account_id": outcome.account}
        key = {**owner, "dataset": outcome.dataset}
        async with self._database.tenant_transaction(tenant) as connection:
            if outcome.failure_code is None:
                row = insert(account_syncs).values(**key, succeeded_at=outcome.at)
                newest = func.greatest(account_syncs.c.succeeded_at, row.excluded.succeeded_at)
                await connection.execute(row.on_conflict_do_update(index_elements=list(key), set_={"succeeded_at": newest}))
                return
            row = insert(account_syncs).values(**key, failed_at=outcome.at, failure_code=outcome.failure_code)
            changed = {"failed_at": row.excluded.failed_at, "failure_code": row.excluded.failure_code}
            is_newer = account_syncs.c.failed_at.is_(None) | (row.excluded.failed_at > account_syncs.c.failed_at)
            await connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=changed, where=is_newer))
            day = outcome.at.date()
            await connection.execute(insert(account_failure_days).values(**owner, day=day).on_conflict_do_nothing())
            this = account_failure_days.c.account_id == outcome.account
            await connection.execute(delete(account_failure_days).where(this, account_failure_days.c.day <= day - FAILURE_WINDOW))

    async def of(self, tenant: TenantId, accounts: Sequence[AccountId]) -> Mapping[AccountId, SyncRecord]:
        syncs = select(account_syncs).where(account_syncs.c.account_id.in_(accounts)).order_by(account_syncs.c.dataset)
        days = select(account_failure_days).where(account_failure_days.c.account_id.in_(accounts))
        async with self._database.tenant_transaction(tenant) as connection:
            records = (await connection.execute(syncs)).all()
            failures = (await connection.execute(days)).all()
        return {
            account: SyncRecord(
                datasets=tuple(
                    DatasetRecord(
                        dataset=row.dataset, succeeded_at=row.succeeded_at, failed_at=row.failed_at, failure_code=row.failure_code
                    )
                    for row in records
                    if row.account_id == account
                ),
                failure_days=frozenset(row.day for row in failures if row.account_id == account),
            )
            for account in accounts
        }
