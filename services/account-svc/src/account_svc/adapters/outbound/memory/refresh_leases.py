"""Leases of refresh tokens in memory."""

from dataclasses import replace
from datetime import datetime

from account_svc.domain.errors import RefreshLeaseHeldError
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.refresh_lease import RefreshLease
from svc_kit.errors import Unavailable


class MemoryRefreshLeases:
    """Keeps one lease per account; `is_down` fails every call."""

    def __init__(self) -> None:
        self.leases: dict[AccountId, RefreshLease] = {}
        self.is_down = False

    async def take(self, lease: RefreshLease, now: datetime) -> RefreshLease:
        self._answer()
        known = self.leases.get(lease.account)
        if known is not None and known.refresh_token_version >= lease.refresh_token_version and known.expires_at > now:
            raise RefreshLeaseHeldError((known.expires_at - now).total_seconds())
        is_in_doubt = known is not None and known.refresh_token_version == lease.refresh_token_version
        taken = self.leases[lease.account] = replace(lease, is_in_doubt=is_in_doubt)
        return taken

    async def end(self, tenant: TenantId, account: AccountId, lease_id: str) -> None:
        self._answer()
        known = self.leases.get(account)
        if known is not None and (known.tenant, known.id) == (tenant, lease_id):
            del self.leases[account]

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the leases cannot be reached")
