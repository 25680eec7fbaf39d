"""One synchronisation of one dataset of one account: at most one is open at a time, one worker holds it at a time."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sync_svc.domain.dataset import Dataset, Mode, Trigger
from sync_svc.domain.errors import LostRunError


class RunState(StrEnum):
    """Open: queued, running, waiting. Ended: completed, failed."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where a run goes on: everything before it is stored, for good.

    `since` opens the window, `watermark` is what the next run may start from, `cursor` is Amazon's paging token with the
    moment it was issued, `remaining` the marketplaces still to list (the first is under way), `marketplaces` all that the
    run reads: those of its beginning, since a paging token holds for one question only.
    """

    mode: Mode
    since: datetime | None = None
    watermark: datetime | None = None
    cursor: str | None = None
    cursor_at: datetime | None = None
    remaining: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    restarts: int = 0

    def restarted(self) -> "Checkpoint":
        """Return the checkpoint with the listing under way begun again; stored rows stay, upserts are idempotent."""
        return replace(self, cursor=None, cursor_at=None, restarts=self.restarts + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run with its lease. `epoch` grows with each claim and fences out whoever held it before."""

    id: str
    tenant: str
    account_id: str
    dataset: Dataset
    slot: str
    trigger: Trigger
    created_at: datetime
    state: RunState = RunState.QUEUED
    epoch: int = 0
    lease_until: datetime | None = None
    not_before: datetime | None = None
    checkpoint: Checkpoint | None = None
    attempts: int = 0
    pages: int = 0
    items: int = 0
    changed: int = 0
    error_code: str | None = None
    error_detail: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    requested_at: datetime | None = field(default=None)

    @property
    def is_open(self) -> bool:
        return self.state not in {RunState.COMPLETED, RunState.FAILED}

    @property
    def mode(self) -> Mode | None:
        return self.checkpoint.mode if self.checkpoint else None

    def held_until(self, now: datetime) -> datetime | None:
        """Return until when another worker's lease lasts, or None when the run may be claimed."""
        is_held = self.state is RunState.RUNNING and self.lease_until is not None and self.lease_until > now
        return self.lease_until if is_held else None

    def claimed(self, *, now: datetime, lease: timedelta) -> "Run":
        """Return the run in the hands of a new worker."""
        return replace(
            self,
            state=RunState.RUNNING,
            epoch=self.epoch + 1,
            lease_until=now + lease,
            not_before=None,
            started_at=self.started_at or now,
        )

    def held_by(self, epoch: int) -> "Run":
        """Return the run itself when the claim of `epoch` still counts; raise `LostRunError` otherwise."""
        if self.epoch != epoch or self.state is not RunState.RUNNING:
            raise LostRunError
        return self

    def renewed(self, *, now: datetime, lease: timedelta) -> "Run":
        """Return the run with its lease extended."""
        return replace(self, lease_until=now + lease)

    def advanced(self, *, checkpoint: Checkpoint, items: int, changed: int) -> "Run":
        """Return the run after a page was stored; a page stored means the trouble before it is over."""
        return replace(
            self,
            checkpoint=checkpoint,
            pages=self.pages + 1,
            items=self.items + items,
            changed=self.changed + changed,
            attempts=0,
            error_code=None,
            error_detail=None,
        )

    def postponed(self, *, until: datetime, code: str | None, detail: str | None) -> "Run":
        """Return the run given back: any worker may claim it from `until` on."""
        attempts = self.attempts + (1 if code else 0)
        return replace(
            self, state=RunState.WAITING, lease_until=None, not_before=until, attempts=attempts, error_code=code, error_detail=detail
        )

    def completed(self, *, now: datetime) -> "Run":
        """Return the run with all its data stored."""
        return replace(self, state=RunState.COMPLETED, lease_until=None, finished_at=now)

    def failed(self, *, now: datetime, code: str, detail: str) -> "Run":
        """Return the run ended by something that trying again does not cure."""
        return replace(self, state=RunState.FAILED, lease_until=None, finished_at=now, error_code=code, error_detail=detail)
