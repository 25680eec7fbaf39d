"""How true a dataset is, and where the next run goes on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sync_svc.domain.dataset import Dataset

_LONGEST_PAUSE: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """The record of one (account, dataset); `as_of` is the moment whose truth the stored data shows.

    `marketplaces` are those that the watermark speaks of: one that is connected later has its history still to come.
    """

    account_id: str
    dataset: Dataset
    watermark: datetime | None = None
    backfilled_at: datetime | None = None
    as_of: datetime | None = None
    last_success_at: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    paused_until: datetime | None = None
    last_slot: str | None = None
    marketplaces: tuple[str, ...] = ()

    def opened(self, slot: str) -> "Freshness":
        """Return the record after a run was opened for `slot`."""
        return replace(self, last_slot=slot)

    def covers(self, marketplaces: Iterable[str]) -> bool:
        """Return whether all that `marketplaces` had before the watermark is stored."""
        return self.watermark is not None and set(marketplaces) <= set(self.marketplaces)

    def succeeded(self, *, at: datetime, watermark: datetime, marketplaces: tuple[str, ...]) -> "Freshness":
        """Return the record after a complete run over `marketplaces`; the watermark never goes back."""
        newest = watermark if self.watermark is None else max(watermark, self.watermark)
        return replace(
            self,
            watermark=newest,
            backfilled_at=self.backfilled_at or at,
            as_of=newest,
            last_success_at=at,
            last_error=None,
            failures=0,
            paused_until=None,
            marketplaces=marketplaces,
        )

    def failed(self, *, at: datetime, code: str, interval: timedelta) -> "Freshness":
        """Return the record after a failed run: each further failure doubles the pause before the next scheduled one."""
        pause = min(interval * 2 ** min(self.failures + 1, 16), _LONGEST_PAUSE)
        return replace(self, last_error=code, failures=self.failures + 1, paused_until=at + pause)

    def resumed(self) -> "Freshness":
        """Return the record after the account was connected again: no pause, no old error."""
        return replace(self, last_error=None, failures=0, paused_until=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What can be said of several accounts together: true as of the oldest, last synchronised with the newest."""

    as_of: datetime | None
    last_synced: datetime | None

    @classmethod
    def of(cls, records: Iterable[Freshness], dataset: Dataset | None = None, account_id: str | None = None) -> "Truth":
        """Combine the records of the dataset and account, or of all."""
        mine = [record for record in records if dataset in {None, record.dataset} and account_id in {None, record.account_id}]
        return cls(
            as_of=min((record.as_of for record in mine if record.as_of), default=None),
            last_synced=max((record.last_success_at for record in mine if record.last_success_at), default=None),
        )
