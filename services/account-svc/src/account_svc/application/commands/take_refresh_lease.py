"""token-svc is about to show Amazon a refresh token."""

from dataclasses import dataclass

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.refresh_leases import RefreshLeases
from account_svc.domain.errors import AccountNotFoundError, VersionConflictError
from account_svc.domain.identifiers import AccountId
from account_svc.domain.refresh_lease import RefreshLease, lease_length
from svc_kit.clock import Clock
from svc_kit.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRefreshLease:
    """Lets one replica at a time use a version of an account's refresh token, also when the replicas cannot reach each other."""

    accounts: AccountRepository
    leases: RefreshLeases
    clock: Clock
    ids: IdFactory

    async def __call__(self, account_id: AccountId, refresh_token_version: int, seconds: float) -> RefreshLease:
        """Return the lease.

        Raises `RefreshLeaseHeldError`, `VersionConflictError` when another refresh token is stored, `AccountNotFoundError`,
        `InvalidInputError`, `Unavailable`.
        """
        length = lease_length(seconds)
        tenant = await self.accounts.tenant_of(account_id)
        if tenant is None:
            raise AccountNotFoundError
        now = self.clock.now()
        wanted = RefreshLease(
            id=self.ids.new(), tenant=tenant, account=account_id, refresh_token_version=refresh_token_version, expires_at=now + length
        )
        lease = await self.leases.take(wanted, now)
        # Read after the taking: whoever held the lease before stored what it got before it ended its lease.
        account = await self.accounts.get(tenant, account_id)
        if account is None or account.refresh_token_version != refresh_token_version:
            await self.leases.end(tenant, account_id, lease.id)
            raise AccountNotFoundError if account is None else VersionConflictError(account.refresh_token_version)
        return lease
