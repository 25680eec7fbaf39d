"""What advertisers have, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from account_svc.domain.advertising import AdsKind, AdsRecord
from account_svc.domain.identifiers import TenantId
from svc_kit.errors import Unavailable

_Key = tuple[TenantId, AdsKind, str, str]


class MemoryAdsStore:
    """Keeps records; `gone` holds the accounts that are no longer there, `is_down` fails every call."""

    def __init__(self) -> None:
        self._records: dict[_Key, AdsRecord] = {}
        self._syncs: dict[tuple[TenantId, AdsKind], datetime] = {}
        self.gone: set[str] = set()
        self.is_down = False

    async def merge(self, tenant: TenantId, records: Sequence[AdsRecord]) -> None:
        self._answer()
        for record in sorted(records, key=lambda one: (one.id, one.region)):
            if record.account in self.gone:
                continue
            key = (tenant, record.kind, record.id, record.region.value)
            known = self._records.get(key)
            has_default = any(one.is_default for (owner, kind, *_), one in self._records.items() if (owner, kind) == key[:2])
            metadata = {**known.metadata, **record.metadata} if known else dict(record.metadata)
            self._records[key] = replace(record, metadata=metadata, is_default=known.is_default if known else not has_default)

    async def records(self, tenant: TenantId, kind: AdsKind) -> Sequence[AdsRecord]:
        self._answer()
        return [record for key, record in sorted(self._records.items(), key=lambda item: item[0]) if key[:2] == (tenant, kind)]

    async def note_sync(self, tenant: TenantId, kind: AdsKind, at: datetime) -> None:
        self._answer()
        self._syncs[tenant, kind] = max(at, self._syncs.get((tenant, kind), at))

    async def synced_at(self, tenant: TenantId, kind: AdsKind) -> datetime | None:
        self._answer()
        return self._syncs.get((tenant, kind))

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("what advertisers have cannot be reached")
