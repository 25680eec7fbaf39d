"""How orders are read: everything by creation once, then what changed, with an overlap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from svc_kit.clock import Clock
from sync_svc.application.commands.dataset_sync import Step
from sync_svc.application.ports.sources import OrderSource
from sync_svc.application.ports.unit_of_work import Transaction
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane, Mode
from sync_svc.domain.events import DomainEvent
from sync_svc.domain.freshness import Freshness
from sync_svc.domain.run import Checkpoint

CURSOR_LIFE: Final = timedelta(hours=23)
"""Amazon keeps a pagination token for 24 hours (Orders API 2026-01-01)."""
LAG: Final = timedelta(minutes=2)
"""Amazon's list is settled up to two minutes ago; what is newer may still be missing."""


class SyncOrders:
    """Reads orders page by page. The next run starts where this one's first page said the list was true until."""

    def __init__(self, source: OrderSource, clock: Clock, *, backfill: timedelta, overlap: timedelta) -> None:
        self._source = source
        self._clock = clock
        self._backfill = backfill
        self._overlap = overlap

    def begin(self, account: Account, freshness: Freshness, now: datetime) -> Checkpoint:
        if freshness.watermark is None or not freshness.covers(account.marketplaces):
            return Checkpoint(mode=Mode.BACKFILL, since=now - self._backfill, marketplaces=account.marketplaces)
        since = freshness.watermark - self._overlap
        return Checkpoint(mode=Mode.INCREMENTAL, since=since, marketplaces=account.marketplaces)

    async def fetch(self, account: Account, checkpoint: Checkpoint, *, run_id: str, lane: Lane) -> Step:  # noqa: ARG002 - orders are not marked by run
        now = self._clock.now()
        if checkpoint.cursor_at is not None and now - checkpoint.cursor_at >= CURSOR_LIFE:
            checkpoint = checkpoint.restarted()
        account = replace(account, marketplaces=checkpoint.marketplaces or account.marketplaces)
        page = await self._source.page(
            account, mode=checkpoint.mode, since=checkpoint.since or now - self._backfill, cursor=checkpoint.cursor, lane=lane
        )

        async def store(tx: Transaction) -> Sequence[DomainEvent]:
            return await tx.orders.merge(page.orders)

        return Step(
            items=len(page.orders),
            checkpoint=replace(
                checkpoint,
                watermark=checkpoint.watermark or page.true_until or now - LAG,
                cursor=page.cursor,
                cursor_at=self._clock.now() if page.cursor else None,
            ),
            is_last=page.cursor is None,
            store=store,
        )
