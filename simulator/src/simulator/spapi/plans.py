"""Usage plans: a token bucket for every (application, seller, region, operation)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

# Operations without a published plan; the facts advise this start.
_UNPUBLISHED = (0.5, 1.0)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    seen: float


class UsagePlans:
    """Buckets on monotonic time: moving Amazon's clock fills none of them."""

    def __init__(self, multiplier: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._start = multiplier
        self._monotonic = monotonic
        self._overrides: dict[str, tuple[float, float]] = {}
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self.multiplier = multiplier

    def plan(self, names: tuple[str, ...], rate: float | None, burst: float | None) -> tuple[float, float]:
        """Rate and burst in force for an operation known under ``names``: the control API's word, else the catalogue's, scaled."""
        for name in (*names, "*"):
            if name in self._overrides:
                return self._overrides[name]
        rate, burst = (rate or _UNPUBLISHED[0], burst or _UNPUBLISHED[1])
        return rate * self.multiplier, max(1.0, burst * self.multiplier)

    def take(self, key: tuple[str, ...], rate: float, burst: float) -> bool:
        """Takes one call from the bucket; False when it is empty."""
        now = self._monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.seen) * rate)
        bucket.seen = now
        if bucket.tokens < 1.0:
            return False
        bucket.tokens -= 1.0
        return True

    def override(self, operation: str | None, rate: float, burst: float) -> None:
        """Sets the plan of one operation, or of all; its buckets start full again."""
        self._overrides[operation or "*"] = (rate, burst)
        self._buckets.clear()

    def scale(self, multiplier: float) -> None:
        """Scales the catalogue's plans; the buckets start full again."""
        self.multiplier = multiplier
        self._buckets.clear()

    def reset(self) -> None:
        """Back to the plans the simulator started with."""
        self._overrides.clear()
        self._buckets.clear()
        self.multiplier = self._start
