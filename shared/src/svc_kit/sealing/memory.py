"""Data keys and sealed values in memory: the stand-ins that pass the same contract suites as the real stores."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from svc_kit.errors import Unavailable
from svc_kit.sealing.data_keys import DataKey
from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.sealing.sealed_rows import SealedValue
from svc_kit.sealing.sealed_value import key_id_of


class MemoryDataKeyStore:
    """Keeps data keys while the process lives; `is_down` makes every call fail as a lost database does.

    `rows` are the sealed values that stand in the way of destroying a key.
    """

    def __init__(self, rows: "MemorySealedRows | None" = None) -> None:
        self.stored: dict[tuple[str, uuid.UUID], DataKey] = {}
        self.is_down = False
        self._rows = rows

    async def active(self, tenant: str) -> DataKey | None:
        self._answer()
        return next((key for key in self.stored.values() if key.tenant == tenant and key.state == "active"), None)

    async def find(self, tenant: str, key_id: uuid.UUID) -> DataKey | None:
        self._answer()
        return self.stored.get((tenant, key_id))

    async def add(self, key: DataKey) -> DataKey:
        existing = await self.active(key.tenant)
        if existing is not None:
            return existing
        self.stored[key.tenant, key.id] = key
        return key

    async def shred(self, tenant: str) -> int:
        shredded = await self.keys(tenant)
        for key in shredded:
            del self.stored[tenant, key.id]
        return len(shredded)

    async def tenants(self, after: str, limit: int) -> Sequence[str]:
        self._answer()
        return sorted({tenant for tenant, _ in self.stored if tenant > after})[:limit]

    async def keys(self, tenant: str) -> Sequence[DataKey]:
        self._answer()
        return sorted((key for key in self.stored.values() if key.tenant == tenant), key=lambda key: (key.created_at, key.id))

    async def rewrap(self, key: DataKey, wrapped: WrappedKey) -> bool:
        stored = await self.find(key.tenant, key.id)
        if stored is None or stored.wrapped != key.wrapped:
            return False
        self.stored[key.tenant, key.id] = replace(stored, wrapped=wrapped)
        return True

    async def succeed(self, old: DataKey, new: DataKey) -> bool:
        active = await self.active(old.tenant)
        if active is None or active.id != old.id:
            return False
        self.stored[old.tenant, old.id] = replace(active, state="retired")
        self.stored[new.tenant, new.id] = new
        return True

    async def destroy(self, key: DataKey) -> bool:
        stored = await self.find(key.tenant, key.id)
        if stored is not None and (stored.state == "active" or (self._rows and (await self._rows.counts(key.tenant)).get(key.id))):
            return False
        self.stored.pop((key.tenant, key.id), None)
        return True

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the data keys cannot be reached")


class MemorySealedRows:
    """Sealed values by place."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str, str, str], SealedValue] = {}

    def put(self, value: SealedValue) -> None:
        """Store a value, whatever was there."""
        self.values[_where(value)] = value

    async def under_others(self, tenant: str, active: uuid.UUID, limit: int) -> AsyncIterator[Sequence[SealedValue]]:
        after = ("", "", "", "")
        while True:
            found = sorted(
                where
                for where, value in self.values.items()
                if value.place.tenant == tenant and where > after and key_id_of(value.sealed) != active
            )[:limit]
            if not found:
                return
            yield [self.values[where] for where in found]
            after = found[-1]

    async def replace(self, value: SealedValue, sealed: bytes) -> bool:
        stored = self.values.get(_where(value))
        if stored is None or stored.sealed != value.sealed:
            return False
        self.values[_where(value)] = replace(stored, sealed=sealed)
        return True

    async def counts(self, tenant: str) -> Mapping[uuid.UUID, int]:
        return Counter(key_id_of(value.sealed) for value in self.values.values() if value.place.tenant == tenant)


def _where(value: SealedValue) -> tuple[str, str, str, str]:
    return value.place.tenant, value.place.table, value.column, value.place.row
