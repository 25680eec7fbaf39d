"""The whole record of credential uses, for those who check it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from account_svc.domain.audit_chain import AuditEntry, ChainHead
from account_svc.domain.identifiers import TenantId


class AuditSnapshot(Protocol):
    """The record as it was at one moment."""

    async def tenants(self) -> Sequence[TenantId]:
        """Return every tenant that has an entry or a head, in order. Raises `Unavailable`."""
        ...

    async def head(self, tenant: TenantId) -> ChainHead | None:
        """Return the head of a chain as it is stored, None when there is none. Raises `Unavailable`."""
        ...

    def entries(self, tenant: TenantId) -> AsyncIterator[AuditEntry]:
        """Read a chain by number, as it is stored, in constant memory. Raises `Unavailable`."""
        ...


class AuditTrail(Protocol):
    """Read only, across all tenants."""

    def snapshot(self) -> AbstractAsyncContextManager[AuditSnapshot]:
        """Open the record: what is appended meanwhile is not in it. Raises `Unavailable`."""
        ...
