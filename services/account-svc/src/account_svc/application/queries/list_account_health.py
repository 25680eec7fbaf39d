"""How are all my accounts?"""

from collections.abc import Sequence
from dataclasses import dataclass

from account_svc.application.ports.account_repository import AccountFilter
from account_svc.application.ports.sync_records import SyncRecords
from account_svc.application.queries.list_accounts import DEFAULT_PAGE, ListAccounts
from account_svc.domain.account_health import AccountHealth, health_of
from account_svc.domain.identifiers import TenantId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """Some accounts' health, and the cursor of the rest (None at the end)."""

    items: Sequence[AccountHealth]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAccountHealth:
    """Judges the tenant's accounts that are not disconnected, a page at a time."""

    accounts: ListAccounts
    records: SyncRecords
    clock: Clock

    async def __call__(self, tenant: TenantId, *, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> HealthPage:
        """Raise `InvalidInputError` for a limit or cursor that cannot be, `Unavailable`."""
        page = await self.accounts(tenant, AccountFilter(is_connected=True), cursor=cursor, limit=limit)
        records = await self.records.of(tenant, [account.id for account in page.accounts])
        now = self.clock.now()
        return HealthPage(items=[health_of(account, records[account.id], now) for account in page.accounts], next_cursor=page.next_cursor)
