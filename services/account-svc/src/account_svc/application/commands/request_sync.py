"""A tenant wants an account synchronised now."""

from dataclasses import dataclass

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.sync_requests import SyncRequests
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.events import SyncRequested
from account_svc.domain.identifiers import AccountId, TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSync:
    """Asks sync-svc, which makes one of several requests within ten minutes."""

    accounts: AccountRepository
    requests: SyncRequests

    async def __call__(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount:
        """Raise `AccountNotFoundError`, `AmazonNotConnectedError`, `ReauthorizationRequiredError`, `Unavailable`."""
        account = await self.accounts.get(tenant, account_id)
        if account is None:
            raise AccountNotFoundError
        account.usable_refresh_token()
        await self.requests.ask(SyncRequested(account))
        return account
