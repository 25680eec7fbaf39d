"""What a tenant has at Amazon Ads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from account_svc.application.commands.refresh_advertising import AdsProblem, RefreshAdvertising
from account_svc.application.ports.ads_store import AdsStore
from account_svc.domain.advertising import AdsKind, AdsRecord
from account_svc.domain.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsListing:
    """All that is known, when everybody was last asked, and who could not be asked now."""

    records: Sequence[AdsRecord]
    synced_at: datetime | None
    problems: Sequence[AdsProblem]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAdvertising:
    """Lists what is stored, after Amazon was asked when that is older than five minutes or `is_forced`."""

    refresh: RefreshAdvertising
    store: AdsStore

    async def __call__(self, tenant: TenantId, kind: AdsKind, *, is_forced: bool = False) -> AdsListing:
        """Raise `Unavailable`; a host that could not be asked is a problem in the listing, not an error."""
        problems = await self.refresh(tenant, kind, is_forced=is_forced)
        records = await self.store.records(tenant, kind)
        return AdsListing(records=records, synced_at=await self.store.synced_at(tenant, kind), problems=problems)
