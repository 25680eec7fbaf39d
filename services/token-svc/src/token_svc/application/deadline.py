"""How long a caller waits in all."""

from dataclasses import dataclass

from svc_kit.clock import Clock


@dataclass(slots=True)
class Deadline:
    """A point on the clock's monotonic scale; it can be moved back, never forward."""

    clock: Clock
    at: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> "Deadline":
        return cls(clock, clock.monotonic() + seconds)

    def remaining(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self.at - self.clock.monotonic())

    def extend(self, other: "Deadline") -> None:
        """Wait at least as long as `other` does."""
        self.at = max(self.at, other.at)

    def within(self, seconds: float) -> "Deadline":
        """Return the earlier of this deadline and `seconds` from now."""
        return Deadline(self.clock, min(self.at, self.clock.monotonic() + seconds))

    def earlier(self, seconds: float) -> "Deadline":
        """Return a deadline that leaves `seconds` for saying what came of it."""
        return Deadline(self.clock, self.at - seconds)
