"""The settings page's "Disconnect Amazon"."""

from dataclasses import dataclass

from account_svc.application.commands.disconnect_account import DisconnectAccount
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.queries.connection_status import tenant_accounts
from account_svc.domain.account import AccountStatus
from account_svc.domain.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConnection:
    """Disconnects every selling partner account of the tenant; nothing to disconnect is fine."""

    accounts: AccountRepository
    disconnect: DisconnectAccount

    async def __call__(self, tenant: TenantId) -> None:
        """Raise `Unavailable`; then some may be disconnected already, and the same again ends the rest."""
        for account in await tenant_accounts(self.accounts, tenant):
            if account.status is not AccountStatus.DISCONNECTED:
                await self.disconnect(tenant, account.id)
