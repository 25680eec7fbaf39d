"""Answers kept for a few minutes, and forgotten the moment what they show has changed."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, TypeVar, cast

from svc_kit.clock import Clock

Answer = TypeVar("Answer")

LIFE_SECONDS: Final = 300.0
_MOST: Final = 4096


class AnswerCache:
    """Keeps answers per tenant while the feed of changes is alive; without the feed nothing is kept.

    An answer that was being made while a change came in is handed out, but not kept: it may be from before the change.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: OrderedDict[tuple[str, Hashable], tuple[float, object]] = OrderedDict()
        self._changes: dict[str, int] = {}
        self._epoch = 0
        self._is_fed = False

    async def get(self, tenant: str, question: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the kept answer, or make one."""
        key = (tenant, question)
        kept = self._answers.get(key)
        if kept is not None and kept[0] > self._clock.monotonic():
            self._answers.move_to_end(key)
            return cast("Answer", kept[1])
        before = (self._epoch, self._changes.get(tenant, 0))
        answer = await make()
        if self._is_fed and before == (self._epoch, self._changes.get(tenant, 0)):
            self._answers[key] = (self._clock.monotonic() + LIFE_SECONDS, answer)
            self._answers.move_to_end(key)
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return answer

    def changed(self, tenant: str) -> None:
        """Forget what is kept for the tenant."""
        self._changes[tenant] = self._changes.get(tenant, 0) + 1
        for key in [key for key in self._answers if key[0] == tenant]:
            del self._answers[key]

    def fed(self, *, is_fed: bool) -> None:
        """Say whether changes will be told from now on; either way everything is forgotten."""
        self._is_fed = is_fed
        self._epoch += 1
        self._answers.clear()
