"""Who may show Amazon a refresh token."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.end_refresh_lease import EndRefreshLease
from account_svc.application.commands.take_refresh_lease import TakeRefreshLease

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshLeaseUseCases:
    """One field per use case."""

    take: TakeRefreshLease
    end: EndRefreshLease

    @classmethod
    def over(cls, ports: "Ports") -> "RefreshLeaseUseCases":
        """Return the use cases on these ports."""
        return cls(
            take=TakeRefreshLease(accounts=ports.accounts, leases=ports.refresh_leases, clock=ports.clock, ids=ports.ids),
            end=EndRefreshLease(accounts=ports.accounts, leases=ports.refresh_leases),
        )
