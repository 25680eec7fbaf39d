"""The keys that encrypt values: one in use per tenant, kept wrapped."""

import uuid
from dataclasses import dataclass, field
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
