"""sync-svc told how a run ended."""

from dataclasses import dataclass

from account_svc.application.ports.sync_records import SyncRecords
from account_svc.domain.identifiers import TenantId
from account_svc.domain.sync_record import RunOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRun:
    """Remembers the outcome for the account's health; told again, nothing changes."""

    records: SyncRecords

    async def __call__(self, tenant: TenantId, outcome: RunOutcome) -> None:
        """Raise `Unavailable`; an account that is not there is passed over."""
        await self.records.note(tenant, outcome)
