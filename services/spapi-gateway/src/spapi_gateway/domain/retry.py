"""When a failed attempt may be made again, and how long to wait before."""

from dataclasses import dataclass
from typing import Final

MAX_ATTEMPTS: Final = 5
_REFUSED_UNTOUCHED: Final = 429
RETRYABLE: Final = frozenset({429, 500, 502, 503, 504})
_FIRST_SECONDS: Final = 0.2
_LONGEST_SECONDS: Final = 8.0


def may_retry_status(status: int, *, is_read: bool) -> bool:
    """Return whether an answer with `status` may be asked for again.

    A 429 is refused before anything is done, so any operation may come again; after a 5xx only one that changes nothing.
    """
    return status == _REFUSED_UNTOUCHED or (is_read and status in RETRYABLE)


def backoff(attempt: int, chance: float) -> float:
    """Return the seconds before retry number `attempt` (from 1): full jitter, `chance` in [0, 1), capped growth."""
    return min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** (attempt - 1)) * chance


@dataclass(slots=True)
class RetryBudget:
    """Allows about one retry for five calls, so that retries cannot multiply the load of an outage."""

    deposit: float = 0.2
    limit: float = 20.0
    balance: float = 20.0

    def note_call(self) -> None:
        """Count a first attempt."""
        self.balance = min(self.limit, self.balance + self.deposit)

    def take(self) -> bool:
        """Return whether one more retry is affordable, and pay for it."""
        if self.balance < 1.0:
            return False
        self.balance -= 1.0
        return True
