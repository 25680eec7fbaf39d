"""The record of credential uses, in memory."""

from account_svc.domain.audit_chain import AuditEntry, AuditSeal, ChainHead, chain_begun
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, TenantId
from svc_kit.errors import Unavailable
from svc_kit.secret import Secret


class MemoryCredentialAudit:
    """Keeps a chain a tenant; `is_down` fails every call, `uses` are those of all tenants in their order."""

    def __init__(self, seal: AuditSeal | None = None) -> None:
        self._seal = seal or AuditSeal(Secret("of-the-fake"))
        self.uses: list[CredentialUse] = []
        self.entries: dict[TenantId, list[AuditEntry]] = {}
        self.heads: dict[TenantId, ChainHead] = {}
        self.is_down = False

    async def record(self, use: CredentialUse) -> None:
        if self.is_down:
            raise Unavailable("the record of credential uses cannot be reached")
        self.uses.append(use)
        if self._append(use).number == 1 and use.tenant != SYSTEM_TENANT:
            self._append(chain_begun(use))

    def _append(self, use: CredentialUse) -> AuditEntry:
        head = self.heads.get(use.tenant) or self._seal.begin(use.tenant)
        entry, self.heads[use.tenant] = self._seal.follow(head, use)
        self.entries.setdefault(use.tenant, []).append(entry)
        return entry
