"""Who may show Amazon a refresh token now."""

from datetime import datetime
from typing import Protocol

from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.refresh_lease import RefreshLease


class RefreshLeases(Protocol):
    """One lease per account, for one version of its refresh token: where Amazon rotates it, a second use would end the authorisation."""

    async def take(self, lease: RefreshLease, now: datetime) -> RefreshLease:
        """Store the lease and return it; of several callers at once exactly one gets theirs.

        Raises `RefreshLeaseHeldError` while another lease of this version, or of a later one, has not expired. The lease
        comes back as `is_in_doubt` when one of this version expired without having been ended: what came of that use is
        not known. Raises `Unavailable`.
        """
        ...

    async def end(self, tenant: TenantId, account: AccountId, lease_id: str) -> None:
        """Forget this very lease, because what came of the use is known; another's, or none, is left alone. Raises `Unavailable`."""
        ...
