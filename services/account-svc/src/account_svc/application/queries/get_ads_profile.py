"""One profile of a tenant."""

from dataclasses import dataclass

from account_svc.application.queries.list_advertising import ListAdvertising
from account_svc.domain.advertising import AdsKind, AdsRecord
from account_svc.domain.errors import AdsProfileNotFoundError
from account_svc.domain.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAdsProfile:
    """Shows a profile to its own tenant only."""

    profiles: ListAdvertising

    async def __call__(self, tenant: TenantId, profile_id: str) -> AdsRecord:
        """Raise `AdsProfileNotFoundError` (also for another tenant's profile), `Unavailable`."""
        found = (await self.profiles(tenant, AdsKind.PROFILE)).records
        for profile in found:
            if profile.id == profile_id:
                return profile
        raise AdsProfileNotFoundError
