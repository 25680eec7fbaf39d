"""One account of a tenant."""

from dataclasses import dataclass

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.identifiers import AccountId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAccount:
    """Shows an account to its own tenant only."""

    accounts: AccountRepository

    async def __call__(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount:
        """Raise `AccountNotFoundError` (also for another tenant's account), `Unavailable`."""
        account = await self.accounts.get(tenant, account_id)
        if account is None:
            raise AccountNotFoundError
        return account
