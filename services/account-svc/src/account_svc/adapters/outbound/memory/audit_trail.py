"""The whole record of credential uses, in memory."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from account_svc.adapters.outbound.memory.credential_audit import MemoryCredentialAudit
from account_svc.domain.audit_chain import AuditEntry, ChainHead
from account_svc.domain.identifiers import TenantId
from svc_kit.errors import Unavailable


class MemoryAuditSnapshot:
    """A copy of the record."""

    def __init__(self, entries: Mapping[TenantId, Sequence[AuditEntry]], heads: Mapping[TenantId, ChainHead]) -> None:
        self._entries = {tenant: sorted(chain, key=lambda entry: entry.number) for tenant, chain in entries.items()}
        self._heads = dict(heads)

    async def tenants(self) -> Sequence[TenantId]:
        return sorted({tenant for tenant, chain in self._entries.items() if chain} | self._heads.keys())

    async def head(self, tenant: TenantId) -> ChainHead | None:
        return self._heads.get(tenant)

    async def entries(self, tenant: TenantId) -> AsyncIterator[AuditEntry]:
        for entry in self._entries.get(tenant, []):
            yield entry


class MemoryAuditTrail:
    """Shows what a `MemoryCredentialAudit` holds."""

    def __init__(self, audit: MemoryCredentialAudit) -> None:
        self._audit = audit

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[MemoryAuditSnapshot]:
        if self._audit.is_down:
            raise Unavailable("the record of credential uses cannot be reached")
        yield MemoryAuditSnapshot(self._audit.entries, self._audit.heads)
