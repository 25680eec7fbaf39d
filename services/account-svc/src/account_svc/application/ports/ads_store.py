"""Where is kept what an advertiser has."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from account_svc.domain.advertising import AdsKind, AdsRecord
from account_svc.domain.identifiers import TenantId


class AdsStore(Protocol):
    """Keeps records by tenant, kind, id and region; they go with the account through which they were found."""

    async def merge(self, tenant: TenantId, records: Sequence[AdsRecord]) -> None:
        """Store the records, all or none; of one that is known, what is told anew takes the place of the old and the rest stays.

        The tenant's first record of a kind becomes its default. One whose account is gone is left out. Raises `Unavailable`.
        """
        ...

    async def records(self, tenant: TenantId, kind: AdsKind) -> Sequence[AdsRecord]:
        """Return the tenant's records of a kind in order of id and region. Raises `Unavailable`."""
        ...

    async def note_sync(self, tenant: TenantId, kind: AdsKind, at: datetime) -> None:
        """Remember that everybody was asked for a kind, whatever was found; never goes back in time. Raises `Unavailable`."""
        ...

    async def synced_at(self, tenant: TenantId, kind: AdsKind) -> datetime | None:
        """Return when everybody was last asked for a kind, None for never. Raises `Unavailable`."""
        ...
