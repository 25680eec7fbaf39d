"""Data keys in memory: the stand-in that passes the same contract suite as the real store."""

import uuid

from svc_kit.errors import Unavailable
from svc_kit.sealing.data_keys import DataKey


class MemoryDataKeyStore:
    """Keeps data keys while the process lives; `is_down` makes every call fail as a lost database does."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, uuid.UUID], DataKey] = {}
        self.is_down = False

    async def active(self, tenant: str) -> DataKey | None:
        self._answer()
        return next((key for key in self.keys.values() if key.tenant == tenant and key.state == "active"), None)

    async def find(self, tenant: str, key_id: uuid.UUID) -> DataKey | None:
        self._answer()
        return self.keys.get((tenant, key_id))

    async def add(self, key: DataKey) -> DataKey:
        existing = await self.active(key.tenant)
        if existing is not None:
            return existing
        self.keys[key.tenant, key.id] = key
        return key

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the data keys cannot be reached")
