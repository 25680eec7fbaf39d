"""How inventory is read: the whole list of each marketplace in turn, so that vanished SKUs are noticed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from svc_kit.clock import Clock
from sync_svc.application.commands.dataset_sync import Step
from sync_svc.application.ports.sources import InventorySource
from sync_svc.application.ports.unit_of_work import Transaction
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane, Mode
from sync_svc.domain.events import DomainEvent, InventoryChanged
from sync_svc.domain.freshness import Freshness
from sync_svc.domain.run import Checkpoint

CURSOR_LIFE: Final = timedelta(seconds=27)
"""Amazon keeps an inventory token for 30 seconds; an older one is not even tried."""


class SyncInventory:
    """Reads stock page by page; an expired token restarts the listing of its marketplace, which is harmless."""

    def __init__(self, source: InventorySource, clock: Clock) -> None:
        self._source = source
        self._clock = clock

    def begin(self, account: Account, freshness: Freshness, now: datetime) -> Checkpoint:
        mode = Mode.BACKFILL if freshness.watermark is None else Mode.INCREMENTAL
        return Checkpoint(mode=mode, since=None, watermark=now, remaining=account.marketplaces, marketplaces=account.marketplaces)

    async def fetch(self, account: Account, checkpoint: Checkpoint, *, run_id: str, lane: Lane) -> Step:
        if not checkpoint.remaining:
            return Step(items=0, checkpoint=checkpoint, is_last=True, store=_nothing)
        marketplace_id = checkpoint.remaining[0]
        deadline = None
        if checkpoint.cursor_at is not None:
            left = CURSOR_LIFE - (self._clock.now() - checkpoint.cursor_at)
            if left <= timedelta(seconds=1):
                checkpoint = checkpoint.restarted()
            else:
                deadline = left.total_seconds()
        page = await self._source.page(
            account, marketplace_id=marketplace_id, cursor=checkpoint.cursor, lane=lane, deadline_seconds=deadline
        )
        is_listed = page.cursor is None

        async def store(tx: Transaction) -> Sequence[DomainEvent]:
            changed: list[DomainEvent] = [InventoryChanged(item) for item in await tx.inventory.merge(page.items, run_id=run_id)]
            if is_listed:
                gone = await tx.inventory.sweep(account.id, marketplace_id, run_id=run_id)
                changed += [InventoryChanged(item, is_removed=True) for item in gone]
            return changed

        remaining = checkpoint.remaining[1:] if is_listed else checkpoint.remaining
        following = replace(
            checkpoint,
            cursor=page.cursor,
            cursor_at=None if is_listed else self._clock.now(),
            remaining=remaining,
            restarts=0 if is_listed else checkpoint.restarts,
        )
        return Step(items=len(page.items), checkpoint=following, is_last=not remaining, store=store)


async def _nothing(_tx: Transaction) -> Sequence[DomainEvent]:
    return []
