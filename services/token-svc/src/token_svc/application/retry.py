"""Asking again what may work the next time."""

import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from svc_kit.clock import Clock
from svc_kit.errors import PortError, RateLimited, Timeout, Unavailable
from token_svc.application.deadline import Deadline
from token_svc.application.ports.lwa_client import Malformed

T = TypeVar("T")
Chance = Callable[[], float]
_FIRST: Final = 0.2
_LONGEST: Final = 2.0
_ATTEMPTS: Final = 6
_RETRYABLE: Final = (Unavailable, RateLimited, Timeout, Malformed)


class Retrier:
    """Repeats calls whose failure may pass, with full jitter, within the caller's deadline.

    `attempt_seconds` bounds one attempt. `chance` returns a number from 0 to 1.
    """

    def __init__(self, clock: Clock, *, attempt_seconds: float, chance: Chance = random.random) -> None:
        self._clock = clock
        self._attempt_seconds = attempt_seconds
        self._chance = chance

    async def __call__(self, attempt: Callable[[float], Awaitable[T]], deadline: Deadline, *, final: tuple[type[PortError], ...] = ()) -> T:
        """Return the first result of `attempt(seconds it may take)`.

        Raises the last failure once the deadline does not allow another attempt; failures that never pass, and those of
        the kinds `final`, at once.
        """
        failures = 0
        while True:
            try:
                return await attempt(max(0.05, min(self._attempt_seconds, deadline.remaining())))
            except _RETRYABLE as error:
                if isinstance(error, final):
                    raise
                failures += 1
                pause = self._pause(failures, error)
                if failures >= _ATTEMPTS or pause >= deadline.remaining():
                    raise
                await self._clock.sleep(pause)

    def _pause(self, failures: int, error: PortError) -> float:
        jittered = self._chance() * min(_LONGEST, _FIRST * 2.0**failures)
        return jittered + error.retry_after if isinstance(error, RateLimited) and error.retry_after else jittered
