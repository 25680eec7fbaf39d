"""Is the record of credential uses what was written?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from account_svc.application.ports.audit_trail import AuditSnapshot, AuditTrail
from account_svc.domain.audit_chain import AuditSeal, ChainCheck, ChainFault, begun_tenant
from account_svc.domain.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEnd:
    """Where a chain ended when it was verified; kept elsewhere, it shows later whether the end was cut off."""

    tenant: TenantId
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """Every chain's end, and the first fault of each chain that has one."""

    ends: Sequence[ChainEnd]
    faults: Sequence[ChainFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAudit:
    """Reads every chain from its first entry to its head."""

    trail: AuditTrail
    seal: AuditSeal

    async def __call__(self, earlier: Sequence[ChainEnd] = ()) -> AuditReport:
        """Return what was found; `earlier` are ends that a former report had and that must still be there."""
        marks = {end.tenant: end for end in earlier}
        ends: list[ChainEnd] = []
        faults: list[ChainFault] = []
        begun: set[TenantId] = set()
        async with self.trail.snapshot() as snapshot:
            tenants = await snapshot.tenants()
            for tenant in tenants:
                check = await self._checked(snapshot, tenant, marks, begun)
                ends.append(ChainEnd(tenant=tenant, number=check.number, hash=check.hash))
                faults += [check.fault] if check.fault else []
        vanished = sorted((begun | marks.keys()) - set(tenants))
        faults += [ChainFault(tenant=tenant, number=1, what="missing") for tenant in vanished]
        return AuditReport(ends=ends, faults=faults)

    async def _checked(
        self, snapshot: AuditSnapshot, tenant: TenantId, marks: Mapping[TenantId, ChainEnd], begun: set[TenantId]
    ) -> ChainCheck:
        check, mark = ChainCheck(self.seal, tenant), marks.get(tenant)
        replaced = False
        async for entry in snapshot.entries(tenant):
            check.read(entry)
            replaced = replaced or (mark is not None and entry.number == mark.number and entry.hash != mark.hash)
            named = begun_tenant(entry.use)
            begun |= {named} if named else set()
        check.end(await snapshot.head(tenant))
        if mark is not None and check.fault is None:
            if check.number < mark.number:
                check.fault = ChainFault(tenant=tenant, number=check.number + 1, what="missing")
            elif replaced:
                check.fault = ChainFault(tenant=tenant, number=mark.number, what="replaced")
        return check
