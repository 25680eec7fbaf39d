"""Holding a run: every write of a worker passes here and is refused once another worker has taken over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from svc_kit.clock import Clock
from sync_svc.application.commands.dataset_sync import DatasetSync, Step
from sync_svc.application.ports.unit_of_work import Transaction, UnitOfWork
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.errors import LostRunError
from sync_svc.domain.events import RunCompleted, RunFailed, RunProgressed, RunStarted
from sync_svc.domain.freshness import Freshness
from sync_svc.domain.run import Checkpoint, Run

_LONGEST_PAUSE: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of a run's message: done with it, or look again after `again_after` seconds."""

    again_after: float | None = None


DONE: Final = Outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A run in hand, with what is needed to go on."""

    run: Run
    account: Account
    checkpoint: Checkpoint


class RunLease:
    """Claims runs and writes on behalf of the claim; each method is one transaction.

    All but `claim` raise `LostRunError` when the claim no longer counts; all raise `Unavailable` when the store is away.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        datasets: Mapping[Dataset, DatasetSync],
        clock: Clock,
        *,
        length: timedelta,
        interval: timedelta,
        jitter: Callable[[], float],
    ) -> None:
        self._uow = uow
        self._datasets = datasets
        self._clock = clock
        self._length = length
        self._interval = interval
        self._jitter = jitter

    async def claim(self, tenant: str, run_id: str) -> Claim | Outcome:
        """Take the run, or say what to do with its message instead; of two who try at once one gets it."""
        async with self._uow.transaction(tenant) as tx:
            now = self._clock.now()
            run = await tx.runs.lock(run_id)
            if run is None or not run.is_open:
                return DONE
            blocked_until = run.held_until(now) or run.not_before
            if blocked_until is not None and blocked_until > now:
                return Outcome(again_after=max(0.1, (blocked_until - now).total_seconds()))
            run = run.claimed(now=now, lease=self._length)
            account = await tx.accounts.get(run.account_id)
            if account is None or not account.is_active:
                code = "account_not_found" if account is None else f"account_{account.status.value}"
                await self._end(tx, run.failed(now=now, code=code, detail="The account is not connected; connect it again."))
                return DONE
            freshness = await tx.freshness.get(run.account_id, run.dataset)
            checkpoint = run.checkpoint or self._datasets[run.dataset].begin(account, freshness, now)
            await tx.runs.save(run, RunStarted(run))
            return Claim(run=run, account=account, checkpoint=checkpoint)

    async def store(self, held: Run, step: Step) -> None:
        """Write the page, its checkpoint and its events; with the last page the run is completed."""
        async with self._uow.transaction(held.tenant) as tx:
            run = await _locked(tx, held)
            changes = await step.store(tx)
            now = self._clock.now()
            run = run.advanced(checkpoint=step.checkpoint, items=step.items, changed=len(changes)).renewed(now=now, lease=self._length)
            if step.is_last:
                run = run.completed(now=now)
                record = await tx.freshness.get(run.account_id, run.dataset)
                await tx.freshness.save(_succeeded(record, step.checkpoint, now))
            await tx.runs.save(run, *changes, RunCompleted(run) if step.is_last else RunProgressed(run))

    async def renew(self, held: Run) -> None:
        """Extend the lease."""
        async with self._uow.transaction(held.tenant) as tx:
            run = await _locked(tx, held)
            await tx.runs.save(run.renewed(now=self._clock.now(), lease=self._length))

    async def postpone(self, held: Run, *, code: str, detail: str, retry_after: float | None) -> Outcome:
        """Give the run back with its trouble noted; the pause doubles with each try in a row and is never shorter than asked."""
        async with self._uow.transaction(held.tenant) as tx:
            run = await _locked(tx, held)
            pause = min(_LONGEST_PAUSE, 2.0**run.attempts) * (0.5 + self._jitter() / 2)
            seconds = max(pause, retry_after or 0.0)
            until = self._clock.now() + timedelta(seconds=seconds)
            await tx.runs.save(run.postponed(until=until, code=code, detail=detail))
        return Outcome(again_after=seconds)

    async def release(self, held: Run) -> None:
        """Give the run back at once, because this worker stops."""
        async with self._uow.transaction(held.tenant) as tx:
            run = await _locked(tx, held)
            await tx.runs.save(run.postponed(until=self._clock.now(), code=None, detail=None))

    async def fail(self, held: Run, *, code: str, detail: str) -> None:
        """End the run with an error that trying again does not cure; scheduled runs pause for longer and longer."""
        async with self._uow.transaction(held.tenant) as tx:
            run = await _locked(tx, held)
            await self._end(tx, run.failed(now=self._clock.now(), code=code, detail=detail))

    async def _end(self, tx: Transaction, run: Run) -> None:
        record = await tx.freshness.get(run.account_id, run.dataset)
        await tx.freshness.save(record.failed(at=self._clock.now(), code=run.error_code or "failed", interval=self._interval))
        await tx.runs.save(run, RunFailed(run))


def _succeeded(record: Freshness, checkpoint: Checkpoint, now: datetime) -> Freshness:
    return record.succeeded(at=now, watermark=checkpoint.watermark or now, marketplaces=checkpoint.marketplaces)


async def _locked(tx: Transaction, held: Run) -> Run:
    run = await tx.runs.lock(held.id)
    if run is None:
        raise LostRunError
    return run.held_by(held.epoch)
