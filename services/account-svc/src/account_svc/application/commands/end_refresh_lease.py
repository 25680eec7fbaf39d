"""token-svc knows what came of a use of a refresh token."""

from dataclasses import dataclass

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.refresh_leases import RefreshLeases
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.identifiers import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRefreshLease:
    """Frees the refresh token for its next use; twice, or too late, has no effect."""

    accounts: AccountRepository
    leases: RefreshLeases

    async def __call__(self, account_id: AccountId, lease_id: str) -> None:
        """Raise `AccountNotFoundError`, `Unavailable`."""
        tenant = await self.accounts.tenant_of(account_id)
        if tenant is None:
            raise AccountNotFoundError
        await self.leases.end(tenant, account_id, lease_id)
