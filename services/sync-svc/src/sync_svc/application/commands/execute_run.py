"""Use case: a worker carries a run as far as it can."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import PortError, RateLimited
from svc_kit.tasks import end
from sync_svc.application.commands.dataset_sync import DatasetSync
from sync_svc.application.commands.run_lease import DONE, Claim, Outcome, RunLease
from sync_svc.domain.dataset import Dataset, lane_of
from sync_svc.domain.errors import AmazonRefusedError, ExpiredCursorError, LostRunError
from sync_svc.domain.run import Run

_MOST_RESTARTS: Final = 20


class ExecuteRun:
    """Claims a run, fetches its pages one after the other and stores each with its checkpoint and events in one transaction.

    A run may be delivered any number of times, to any number of workers: the lease lets one in, the epoch keeps an
    overtaken one from writing. Whoever claims it goes on at the checkpoint. No remote call happens inside a transaction.
    """

    def __init__(self, lease: RunLease, datasets: Mapping[Dataset, DatasetSync], clock: Clock, *, renew_seconds: float) -> None:
        self._lease = lease
        self._datasets = datasets
        self._clock = clock
        self._renew_seconds = renew_seconds

    async def __call__(self, tenant: str, run_id: str) -> Outcome:
        """Return what becomes of the run's message. Raises `Unavailable` when the store is away: deliver it again."""
        claim = await self._lease.claim(tenant, run_id)
        if isinstance(claim, Outcome):
            return claim
        try:
            async with self._renewing(claim.run):
                return await self._carry(claim)
        except LostRunError:
            return DONE
        except asyncio.CancelledError:
            with suppress(LostRunError, PortError):
                await asyncio.shield(self._lease.release(claim.run))
            raise

    async def _carry(self, claim: Claim) -> Outcome:
        run, checkpoint = claim.run, claim.checkpoint
        dataset = self._datasets[run.dataset]
        lane = lane_of(run.trigger, checkpoint.mode)
        while True:
            try:
                step = await dataset.fetch(claim.account, checkpoint, run_id=run.id, lane=lane)
            except ExpiredCursorError as error:
                if checkpoint.restarts >= _MOST_RESTARTS:
                    await self._lease.fail(run, code=error.code, detail=error.detail)
                    return DONE
                checkpoint = checkpoint.restarted()
                continue
            except AmazonRefusedError as error:
                await self._lease.fail(run, code=error.code, detail=error.detail)
                return DONE
            except PortError as error:
                code = "rate_limited" if isinstance(error, RateLimited) else "temporarily_unavailable"
                return await self._lease.postpone(run, code=code, detail=error.detail, retry_after=error.retry_after)
            await self._lease.store(run, step)
            if step.is_last:
                return DONE
            checkpoint = step.checkpoint

    @asynccontextmanager
    async def _renewing(self, run: Run) -> AsyncGenerator[None]:
        """Keep the lease while the block runs; a renewal that fails is left to the next write, which then tells."""
        beat = asyncio.create_task(self._renew(run), name=f"lease-{run.id}")
        try:
            yield
        finally:
            await end(beat)

    async def _renew(self, run: Run) -> None:
        while True:
            await self._clock.sleep(self._renew_seconds)
            try:
                await self._lease.renew(run)
            except LostRunError:
                return
            except PortError:
                continue
