"""The token bucket of one usage plan, following what Amazon says and does."""

from dataclasses import dataclass, field
from typing import Final

_CUT: Final = 0.5
_FLOOR: Final = 0.1
_STEP: Final = 0.05
_TINY: Final = 1e-9


@dataclass(slots=True, kw_only=True)
class TokenBucket:
    """Allows at most `burst` calls at once and `rate` a second after that; never more than rate·t + burst.

    `limit` is the rate Amazon names (the catalogue's, then the header's); `rate` is the one in force: halved by a 429 and
    raised again by a twentieth of the limit with each success, never beyond the limit.
    """

    limit: float
    burst: int
    now: float
    rate: float = field(init=False)
    tokens: float = field(init=False)
    _updated: float = field(init=False)

    def __post_init__(self) -> None:
        if self.limit <= 0 or self.burst < 1:
            raise ValueError("a bucket needs a positive rate and a burst of at least one")
        self.rate = self.limit
        self.tokens = float(self.burst)
        self._updated = self.now

    def _refill(self, now: float) -> None:
        if now > self._updated:
            self.tokens = min(float(self.burst), self.tokens + (now - self._updated) * self.rate)
            self._updated = now

    def try_take(self, now: float) -> bool:
        """Take a slot when one is free."""
        self._refill(now)
        if self.tokens >= 1.0 - _TINY:
            self.tokens -= 1.0
            return True
        return False

    def wait(self, now: float, ahead: int = 0) -> float:
        """Return the seconds until a slot is free for one who stands behind `ahead` others."""
        self._refill(now)
        return max(0.0, (ahead + 1.0 - self.tokens) / self.rate)

    def follow(self, limit: float, now: float) -> bool:
        """Adopt the rate of an `x-amzn-RateLimit-Limit` header; return whether the rate in force changed."""
        if limit <= 0 or limit == self.limit:
            return False
        self._refill(now)
        # What a 429 took away stays away: the ratio is kept, and recovers with successes.
        self.rate *= limit / self.limit
        self.limit = limit
        return True

    def cut(self, now: float) -> None:
        """Answer a 429: the bucket was fuller here than at Amazon, so it is emptied and filled half as fast."""
        self._refill(now)
        self.tokens = min(self.tokens, 0.0)
        self.rate = max(self.limit * _FLOOR, self.rate * _CUT)

    def recover(self, now: float) -> bool:
        """Answer a success: return whether the rate in force was raised."""
        if self.rate >= self.limit:
            return False
        self._refill(now)
        self.rate = min(self.limit, self.rate + self.limit * _STEP)
        return True
