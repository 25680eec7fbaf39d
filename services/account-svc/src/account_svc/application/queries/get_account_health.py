"""How is my account?"""

from dataclasses import dataclass

from account_svc.application.ports.sync_records import SyncRecords
from account_svc.application.queries.get_account import GetAccount
from account_svc.domain.account_health import AccountHealth, health_of
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAccountHealth:
    """Judges one account from what is stored here; nobody is asked."""

    get: GetAccount
    records: SyncRecords
    clock: Clock

    async def __call__(self, tenant: TenantId, account_id: AccountId) -> AccountHealth:
        """Raise `AccountNotFoundError`, `Unavailable`."""
        account = await self.get(tenant, account_id)
        record = (await self.records.of(tenant, [account.id]))[account.id]
        return health_of(account, record, self.clock.now())
