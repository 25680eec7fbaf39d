"""What advertisers have, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import insert

from account_svc.adapters.outbound.postgres.tables import accounts, ads_records, ads_syncs
from account_svc.domain.advertising import AdsKind, AdsRecord
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.region import Region
from svc_kit.database import Database

# One refresh at a time decides what is a tenant's first record of a kind.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class PostgresAdsStore:
    """One row per thing and region; rows go with their account's row, by foreign key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def merge(self, tenant: TenantId, records: Sequence[AdsRecord]) -> None:
        if not records:
            return
        kinds = {record.kind for record in records}
        async with self._database.tenant_transaction(tenant) as connection:
            await connection.execute(_LOCK, {"name": f"ads:{tenant}"})
            owners = select(accounts.c.id).where(accounts.c.id.in_({record.account for record in records})).with_for_update(key_share=True)
            there = set((await connection.execute(owners)).scalars())
            defaults = select(ads_records.c.kind).where(ads_records.c.is_default, ads_records.c.kind.in_([kind.value for kind in kinds]))
            has_default = set((await connection.execute(defaults)).scalars())
            for record in sorted(records, key=lambda one: (one.id, one.region)):
                if record.account not in there:
                    continue
                row = insert(ads_records).values(**_row(tenant, record, is_default=record.kind.value not in has_default))
                has_default.add(record.kind.value)
                changed = {
                    "metadata": ads_records.c.metadata.op("||")(row.excluded.metadata),
                    "account_id": row.excluded.account_id,
                    "last_synced_at": row.excluded.last_synced_at,
                }
                await connection.execute(row.on_conflict_do_update(index_elements=["tenant_id", "kind", "id", "region"], set_=changed))

    async def records(self, tenant: TenantId, kind: AdsKind) -> Sequence[AdsRecord]:
        query = select(ads_records).where(ads_records.c.kind == kind.value).order_by(text('id COLLATE "C"'), ads_records.c.region)
        async with self._database.tenant_transaction(tenant) as connection:
            return [_record(row) for row in (await connection.execute(query)).all()]

    async def note_sync(self, tenant: TenantId, kind: AdsKind, at: datetime) -> None:
        row = insert(ads_syncs).values(tenant_id=tenant, kind=kind.value, synced_at=at)
        newest = func.greatest(ads_syncs.c.synced_at, row.excluded.synced_at)
        async with self._database.tenant_transaction(tenant) as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=["tenant_id", "kind"], set_={"synced_at": newest}))

    async def synced_at(self, tenant: TenantId, kind: AdsKind) -> datetime | None:
        async with self._database.tenant_transaction(tenant) as connection:
            return (await connection.execute(select(ads_syncs.c.synced_at).where(ads_syncs.c.kind == kind.value))).scalar_one_or_none()


def _row(tenant: TenantId, record: AdsRecord, *, is_default: bool) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "kind": record.kind.value,
        "id": record.id,
        "region": record.region.value,
        "account_id": record.account,
        "metadata": dict(record.metadata),
        "last_synced_at": record.last_synced_at,
        "is_default": is_default,
    }


def _record(row: Row[Any]) -> AdsRecord:
    return AdsRecord(
        kind=AdsKind(row.kind),
        id=row.id,
        region=Region(row.region),
        account=AccountId(row.account_id),
        metadata=row.metadata,
        last_synced_at=row.last_synced_at,
        is_default=row.is_default,
    )
