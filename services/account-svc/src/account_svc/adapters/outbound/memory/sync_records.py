"""How the synchronisation of the accounts goes, in memory."""

from collections.abc import Mapping, Sequence
from datetime import date

from account_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.sync_record import FAILURE_WINDOW, DatasetRecord, RunOutcome, SyncRecord
from svc_kit.errors import Unavailable


class MemorySyncRecords:
    """Keeps records beside the accounts they belong to; `is_down` fails every call."""

    def __init__(self, accounts: MemoryAccountRepository) -> None:
        self._accounts = accounts
        self._records: dict[tuple[AccountId, str], DatasetRecord] = {}
        self._days: dict[AccountId, frozenset[date]] = {}
        self.is_down = False

    async def note(self, tenant: TenantId, outcome: RunOutcome) -> None:
        self._answer()
        if not self._has(tenant, outcome.account):
            return
        key = (outcome.account, outcome.dataset)
        self._records[key] = self._records.get(key, DatasetRecord(dataset=outcome.dataset)).after(outcome)
        if outcome.failure_code is not None:
            day = outcome.at.date()
            known = self._days.get(outcome.account, frozenset())
            self._days[outcome.account] = frozenset({day, *(old for old in known if day - old < FAILURE_WINDOW)})

    async def of(self, tenant: TenantId, accounts: Sequence[AccountId]) -> Mapping[AccountId, SyncRecord]:
        self._answer()
        mine = {account for account in accounts if self._has(tenant, account)}
        return {
            account: SyncRecord(
                datasets=tuple(self._records[key] for key in sorted(self._records) if key[0] == account and account in mine),
                failure_days=self._days.get(account, frozenset()) if account in mine else frozenset(),
            )
            for account in accounts
        }

    def _has(self, tenant: TenantId, account_id: AccountId) -> bool:
        account = self._accounts.accounts.get(account_id)
        return account is not None and account.identity.tenant == tenant

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the records cannot be reached")
