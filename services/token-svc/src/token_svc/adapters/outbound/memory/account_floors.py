"""Account floors in memory, shared by all replicas of a test."""

from svc_kit.errors import Unavailable
from token_svc.adapters.outbound.memory.shared_store import SharedStore


class MemoryAccountFloors:
    """One replica's view of the floors in a `SharedStore`."""

    def __init__(self, store: SharedStore) -> None:
        self._store = store
        self._local: dict[str, int] = {}

    def of(self, account_id: str) -> int:
        return max(self._store.floors.get(account_id, 0), self._local.get(account_id, 0))

    async def raise_to(self, account_id: str, version: int) -> None:
        try:
            await self._store.reach()
        except Unavailable:
            self._local[account_id] = max(version, self.of(account_id))
            raise
        self._store.floors[account_id] = max(version, self._store.floors.get(account_id, 0))
        self._store.announce()
