"""Which accounts are in use."""

from collections import OrderedDict
from typing import Final

from svc_kit.clock import Clock

_MOST: Final = 100_000


class Usage:
    """Remembers, for this process, when an account's token was last asked for."""

    def __init__(self, clock: Clock, *, recent_seconds: float) -> None:
        self._clock = clock
        self._recent_seconds = recent_seconds
        self._last: OrderedDict[str, float] = OrderedDict()

    def note(self, account_id: str) -> None:
        self._last[account_id] = self._clock.monotonic()
        self._last.move_to_end(account_id)
        if len(self._last) > _MOST:
            self._last.popitem(last=False)

    def is_recent(self, account_id: str) -> bool:
        last = self._last.get(account_id)
        return last is not None and self._clock.monotonic() - last <= self._recent_seconds
