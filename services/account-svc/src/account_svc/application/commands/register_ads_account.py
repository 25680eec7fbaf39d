"""An advertiser wants an ads account."""

from dataclasses import dataclass

from account_svc.application.ports.account_repository import AccountFilter, AccountRepository
from account_svc.application.ports.ads_directory import AdsDirectory
from account_svc.application.ports.ads_store import AdsStore
from account_svc.domain.account import AccountKind, AccountStatus, SellingPartnerAccount
from account_svc.domain.ads_registration import AdsRegistration, AdsTerms
from account_svc.domain.advertising import AdsAccount, AdsKind, AdsRecord, read_accounts
from account_svc.domain.errors import AmazonNotConnectedError
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.marketplaces import find_marketplace
from account_svc.domain.region import Region
from svc_kit.clock import Clock

_MOST_GRANTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAdsAccount:
    """Registers an account in the region of its country, with a grant of that region where the tenant has one."""

    accounts: AccountRepository
    directory: AdsDirectory
    store: AdsStore
    clock: Clock

    async def __call__(self, tenant: TenantId, wish: AdsRegistration, grant: AccountId | None = None) -> AdsAccount:
        """Return the account as Amazon begins it, PENDING.

        Raises `AmazonNotConnectedError` without a usable grant, `InvalidInputError` (country), `AdsRefusedError`,
        `RateLimited`, `Unavailable`, `Timeout`. It is not asked twice: whether a lost answer was a success, the listing tells.
        """
        region = find_marketplace(wish.country).region
        account = await self._grant(tenant, region, grant)
        found, metadata = await self.directory.register(account, region, wish)
        record = AdsRecord(
            kind=AdsKind.ACCOUNT, id=found, region=region, account=account.id, metadata=metadata, last_synced_at=self.clock.now()
        )
        await self.store.merge(tenant, [record])
        (made,) = read_accounts([record])
        return made

    async def terms(self, tenant: TenantId, country: str, grant: AccountId | None = None) -> AdsTerms:
        """Return new terms for somebody to accept before registering; raises as registering does."""
        region = find_marketplace(country).region
        return await self.directory.request_terms(await self._grant(tenant, region, grant), region)

    async def _grant(self, tenant: TenantId, region: Region, wanted: AccountId | None) -> SellingPartnerAccount:
        filters = AccountFilter(kind=AccountKind.ADVERTISING, status=AccountStatus.ACTIVE)
        grants = await self.accounts.page(tenant, filters, after=None, limit=_MOST_GRANTS)
        usable = [grant for grant in grants if wanted in (None, grant.id)]
        if not usable:
            raise AmazonNotConnectedError
        return max(usable, key=lambda grant: (grant.identity.region is region, grant.is_default))
