"""Is my Amazon connected?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from account_svc.application.ports.account_repository import AccountFilter, AccountRepository
from account_svc.domain.account import AccountKind, AccountStatus, Failure, SellingPartnerAccount
from account_svc.domain.identifiers import TenantId

_PAGE: Final = 200
_BEST_FIRST: Final = (AccountStatus.ACTIVE, AccountStatus.REAUTHORIZATION_REQUIRED, AccountStatus.DISCONNECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The tenant's connection in one: its best account, and the marketplaces of all active ones."""

    is_connected: bool
    status: AccountStatus | None
    account: SellingPartnerAccount | None
    connected_since: datetime | None
    marketplaces: tuple[str, ...]
    last_failure: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStatus:
    """Answers for a settings page; a tenant that never connected is simply not connected."""

    accounts: AccountRepository

    async def __call__(self, tenant: TenantId) -> Connection:
        """Raise `Unavailable`."""
        accounts = await tenant_accounts(self.accounts, tenant)
        best = min(accounts, key=_rank, default=None)
        active = [account for account in accounts if account.status is AccountStatus.ACTIVE]
        failed = [account.last_failure for account in accounts if account.status is AccountStatus.REAUTHORIZATION_REQUIRED]
        return Connection(
            is_connected=bool(active),
            status=best.status if best else None,
            account=best,
            connected_since=min((account.connected_at for account in active), default=None),
            marketplaces=tuple(dict.fromkeys(place for account in active for place in account.marketplaces)),
            last_failure=failed[-1] if failed else None,
        )


def _rank(account: SellingPartnerAccount) -> tuple[int, bool, float]:
    return _BEST_FIRST.index(account.status), not account.is_default, -account.connected_at.timestamp()


async def tenant_accounts(accounts: AccountRepository, tenant: TenantId) -> Sequence[SellingPartnerAccount]:
    """Return all selling partner accounts of the tenant. Raises `Unavailable`."""
    found: list[SellingPartnerAccount] = []
    while True:
        page = await accounts.page(
            tenant, AccountFilter(kind=AccountKind.SELLING_PARTNER), after=found[-1].id if found else None, limit=_PAGE
        )
        found.extend(page)
        if len(page) < _PAGE:
            return found
