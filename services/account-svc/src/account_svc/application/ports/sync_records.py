"""Where it is kept how the synchronisation of the accounts goes."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.sync_record import RunOutcome, SyncRecord


class SyncRecords(Protocol):
    """Remembers the outcome of runs, by tenant and account."""

    async def note(self, tenant: TenantId, outcome: RunOutcome) -> None:
        """Remember the outcome; told twice, late or in another order, the records are the same.

        An outcome of an account that the tenant does not have, or no longer has, is passed over. Failure days older than
        the outcome's by thirty are forgotten. Raises `Unavailable`.
        """
        ...

    async def of(self, tenant: TenantId, accounts: Sequence[AccountId]) -> Mapping[AccountId, SyncRecord]:
        """Return the record of each of the accounts, an empty one where nothing is known. Raises `Unavailable`."""
        ...
