"""Weighted waiting lanes: first come first served inside a lane, a fair share between lanes."""

import enum
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

W = TypeVar("W")


class Lane(enum.IntEnum):
    """The priority a caller names, in order of weight."""

    INTERACTIVE = 0
    EVENT = 1
    SYNC = 2
    BACKFILL = 3


WEIGHTS: Final = (8.0, 4.0, 2.0, 1.0)
LANES: Final = {lane.name.lower(): lane for lane in Lane}


class LaneQueue(Generic[W]):
    """Stride scheduling: each lane's clock advances by 1/weight for one served, and the lane furthest behind is next.

    Nobody starves: with all lanes full, of fifteen served eight are interactive, four event, two sync, one backfill.
    """

    def __init__(self) -> None:
        self._waiting: tuple[deque[W], ...] = tuple(deque() for _ in Lane)
        self._passed = [0.0 for _ in Lane]
        self._virtual = 0.0

    def __len__(self) -> int:
        return sum(map(len, self._waiting))

    def add(self, lane: Lane, waiter: W) -> None:
        """Put `waiter` at the end of `lane`; a lane that was idle saves nothing up."""
        if not self._waiting[lane]:
            self._passed[lane] = max(self._passed[lane], self._virtual)
        self._waiting[lane].append(waiter)

    def discard(self, lane: Lane, waiter: W) -> None:
        """Take out a waiter that gave up; no effect when it is not there."""
        try:
            self._waiting[lane].remove(waiter)
        except ValueError:
            return

    def ahead(self, lane: Lane) -> int:
        """Return how many of those who wait now would be served before a newcomer in `lane`."""
        own = self._waiting[lane]
        start = self._passed[lane] if own else max(self._passed[lane], self._virtual)
        finish = start + (len(own) + 1) / WEIGHTS[lane]
        count = len(own)
        for other in Lane:
            queued = self._waiting[other]
            if other is lane or not queued:
                continue
            share = int((finish - self._passed[other]) * WEIGHTS[other] + (1e-9 if other < lane else -1e-9))
            count += min(len(queued), max(0, share))
        return count

    def pop(self, is_live: Callable[[W], bool]) -> W | None:
        """Return the next waiter for whom `is_live` holds; the others are dropped. None when nobody waits."""
        while True:
            best: Lane | None = None
            tag = 0.0
            for lane in Lane:
                if self._waiting[lane]:
                    finish = self._passed[lane] + 1.0 / WEIGHTS[lane]
                    if best is None or finish < tag - 1e-9:
                        best, tag = lane, finish
            if best is None:
                return None
            waiter = self._waiting[best].popleft()
            if is_live(waiter):
                self._virtual = max(self._virtual, self._passed[best])
                self._passed[best] = tag
                return waiter
