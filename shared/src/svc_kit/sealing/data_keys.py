"""The keys that encrypt values: one in use per tenant, kept wrapped."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from svc_kit.sealing.key_provider import WrappedKey
from svc_kit.sealing.place import unambiguous


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A tenant's data key as it is stored: `active` seals and opens, `retired` only opens."""

    tenant: str
    id: uuid.UUID
    wrapped: WrappedKey = field(repr=False)
    state: Literal["active", "retired"] = "active"
    created_at: datetime

    @staticmethod
    def context(tenant: str, key_id: uuid.UUID) -> bytes:
        """Return what the wrapping is bound to, so that a key cannot be moved to another tenant or id."""
        return unambiguous("data-key", tenant, str(key_id))


class DataKeyStore(Protocol):
    """Where the wrapped data keys of the tenants live."""

    async def active(self, tenant: str) -> DataKey | None:
        """Return the tenant's active key, or None when it has none yet. Raises `PortError` when the store is away."""
        ...

    async def find(self, tenant: str, key_id: uuid.UUID) -> DataKey | None:
        """Return the tenant's key of that id in whichever state, or None; another tenant's key is never returned."""
        ...

    async def add(self, key: DataKey) -> DataKey:
        """Store an active key unless the tenant has one already; return the one that is active afterwards.

        Of several callers at once exactly one's key is stored, and all get that one.
        """
        ...

    async def shred(self, tenant: str) -> int:
        """Destroy every key of the tenant, and return how many there were: what they sealed opens nowhere any more.

        The tenant's next value makes a new key. Twice is the same as once.
        """
        ...


class DataKeyRing(Protocol):
    """The same keys, as a rotation sees them. Each change is one transaction and fails with `PortError` only as a whole."""

    async def tenants(self, after: str, limit: int) -> Sequence[str]:
        """Return at most `limit` names of tenants that have keys, in order, those after `after` ("" for the first)."""
        ...

    async def keys(self, tenant: str) -> Sequence[DataKey]:
        """Return the tenant's keys, the active one and the retired ones, oldest first; shredded ones are gone."""
        ...

    async def rewrap(self, key: DataKey, wrapped: WrappedKey) -> bool:
        """Store another wrapping of the key; return False, changing nothing, when it is no longer wrapped as `key` says."""
        ...

    async def succeed(self, old: DataKey, new: DataKey) -> bool:
        """Retire `old` and make `new` the active key, at once; return False, changing nothing, when `old` is not active."""
        ...

    async def destroy(self, key: DataKey) -> bool:
        """Delete a retired key; return False, changing nothing, while any value is sealed under it or when it is active.

        A key that is already gone is destroyed.
        """
        ...
