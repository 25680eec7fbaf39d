"""Accounts in memory."""

from sync_svc.adapters.outbound.memory.state import MemoryState
from sync_svc.domain.account import Account, AccountStatus
from sync_svc.domain.events import DomainEvent


class MemoryAccountRepository:
    """Implements `AccountRepository`; the transaction's lock is the row lock."""

    def __init__(self, state: MemoryState, tenant: str) -> None:
        self._state = state
        self._tenant = tenant

    async def lock(self, account_id: str) -> Account | None:
        return self._state.accounts.get((self._tenant, account_id))

    async def get(self, account_id: str) -> Account | None:
        account = await self.lock(account_id)
        return None if account is None or account.status is AccountStatus.ERASED else account

    async def save(self, account: Account, *events: DomainEvent) -> None:
        self._state.accounts[self._tenant, account.id] = account
        self._state.tell(self._tenant, events)

    async def all(self) -> list[Account]:
        mine = [account for (tenant, _), account in self._state.accounts.items() if tenant == self._tenant]
        return sorted((account for account in mine if account.status is not AccountStatus.ERASED), key=lambda account: account.id)

    async def erase_data(self, account_id: str) -> None:
        state, owner = self._state, (self._tenant, account_id)
        state.orders = {key: order for key, order in state.orders.items() if key[:2] != owner}
        state.items = {key: item for key, item in state.items.items() if key[:2] != owner}
        state.seen = {key: seen for key, seen in state.seen.items() if key[:2] != owner}
        state.freshness = {key: record for key, record in state.freshness.items() if key[:2] != owner}
        state.runs = {key: run for key, run in state.runs.items() if (key[0], run.account_id) != owner}
