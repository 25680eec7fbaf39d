"""A handle for an SDK."""

from dataclasses import dataclass

from svc_kit.errors import DomainError
from svc_kit.secret import Secret
from token_svc.application.account_lookup import AccountLookup
from token_svc.application.ports.service_clients import ServiceClients
from token_svc.domain.handle import Handle


@dataclass(slots=True, kw_only=True)
class IssueHandle:
    """Binds one client to one account; the same pair always gives the same handle."""

    accounts: AccountLookup
    clients: ServiceClients
    key: Secret

    async def __call__(self, account_id: str, client_id: str, *, tenant: str | None = None) -> Secret:
        """Return the handle; refuses with `account_not_found` and `client_not_found`."""
        account = await self.accounts(account_id)
        account.require_tenant(tenant)
        if not self.clients.knows(client_id):
            raise DomainError("client_not_found", "There is no such client in the clients' file.")
        return Secret(Handle(client_id=client_id, account_id=account.id).sealed(self.key))
