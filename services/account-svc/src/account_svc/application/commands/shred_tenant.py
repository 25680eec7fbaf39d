"""An operator destroys everything that a tenant has entrusted to us."""

from dataclasses import dataclass
from typing import Final

from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.ports.account_repository import AccountFilter, AccountRepository
from account_svc.application.ports.secret_vault import SecretVault, VaultBrokenError
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.sealed import refresh_token_place

_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ShredTenant:
    """Destroys the keys of the tenant's secrets first, then says so of each account.

    An account that is connected meanwhile is sealed under a new key and stays. A run that was cut short is repeated.
    """

    accounts: AccountRepository
    vault: SecretVault
    disconnect: DisconnectAccount

    async def __call__(self, tenant: TenantId) -> int:
        """Return how many accounts were disconnected; `account.disconnected` leaves for each. Raises `Unavailable`."""
        await self.vault.shred(tenant)
        disconnected = 0
        after: AccountId | None = None
        while page := await self.accounts.page(tenant, AccountFilter(), after=after, limit=_PAGE):
            for account in page:
                if await self._is_lost(account):
                    await self.disconnect(tenant, account.id)
                    disconnected += 1
            after = page[-1].id
        return disconnected

    async def _is_lost(self, account: SellingPartnerAccount) -> bool:
        if account.refresh_token is None:
            return False
        try:
            await self.vault.open(refresh_token_place(account.identity.tenant, account.id), account.refresh_token)
        except VaultBrokenError:
            return True
        return False
