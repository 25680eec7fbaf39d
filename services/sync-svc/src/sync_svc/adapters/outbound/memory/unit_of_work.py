"""Transactions in memory."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from svc_kit.errors import Unavailable
from sync_svc.adapters.outbound.memory.account_repository import MemoryAccountRepository
from sync_svc.adapters.outbound.memory.freshness_repository import MemoryFreshnessRepository
from sync_svc.adapters.outbound.memory.inventory_repository import MemoryInventoryRepository
from sync_svc.adapters.outbound.memory.order_repository import MemoryOrderRepository
from sync_svc.adapters.outbound.memory.run_repository import MemoryRunRepository
from sync_svc.adapters.outbound.memory.state import MemoryState
from sync_svc.domain.events import DomainEvent


class MemoryTransaction:
    """Implements `Transaction` on a snapshot of the state."""

    def __init__(self, state: MemoryState, tenant: str) -> None:
        self.state = state
        self.accounts = MemoryAccountRepository(state, tenant)
        self.runs = MemoryRunRepository(state, tenant)
        self.orders = MemoryOrderRepository(state, tenant)
        self.inventory = MemoryInventoryRepository(state, tenant)
        self.freshness = MemoryFreshnessRepository(state, tenant)


class MemoryUnitOfWork:
    """Implements `UnitOfWork`: one transaction at a time, on a copy that replaces the original when all went well.

    `is_away` makes it answer like a store that cannot be reached.
    """

    def __init__(self) -> None:
        self.state = MemoryState()
        self.is_away = False
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self, tenant: str) -> AsyncGenerator[MemoryTransaction]:
        async with self._turn:
            self.require_reachable()
            transaction = MemoryTransaction(self.state.copy(), tenant)
            yield transaction
            self.require_reachable()
            self.state = transaction.state

    def require_reachable(self) -> None:
        """Raise `Unavailable` while the store is away."""
        if self.is_away:
            raise Unavailable("the store cannot be reached")

    def events(self, tenant: str | None = None) -> list[DomainEvent]:
        """Return the events that left, of one tenant or of all, in order."""
        return [event for owner, event in self.state.events if tenant in {None, owner}]
