"""What sync-svc told of an account: when each dataset was last read, and on which days reading failed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from account_svc.domain.identifiers import AccountId

# For how long a day with a failure counts.
FAILURE_WINDOW: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How one synchronisation of one dataset ended; `failure_code` is None when it went well."""

    account: AccountId
    dataset: str
    at: datetime
    failure_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRecord:
    """The last success and the last failure of a dataset."""

    dataset: str
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure_code: str | None = None

    def after(self, outcome: RunOutcome) -> "DatasetRecord":
        """Return the record with an outcome that may be told late or twice: the newest of each kind counts."""
        if outcome.failure_code is None:
            newest = outcome.at if self.succeeded_at is None else max(self.succeeded_at, outcome.at)
            return DatasetRecord(dataset=self.dataset, succeeded_at=newest, failed_at=self.failed_at, failure_code=self.failure_code)
        if self.failed_at is not None and outcome.at <= self.failed_at:
            return self
        return DatasetRecord(dataset=self.dataset, succeeded_at=self.succeeded_at, failed_at=outcome.at, failure_code=outcome.failure_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRecord:
    """All datasets of an account; a day with any number of failures is one failure day (UTC)."""

    datasets: tuple[DatasetRecord, ...] = ()
    failure_days: frozenset[date] = frozenset()

    @property
    def last_success_at(self) -> datetime | None:
        """When any dataset was last read to its end."""
        return max((record.succeeded_at for record in self.datasets if record.succeeded_at), default=None)
