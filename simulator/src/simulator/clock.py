"""The time Amazon lives in: a wall clock that tests can move."""

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Amazon's wall clock: the machine's own time plus an offset that the control API sets.

    Only Amazon's side lives in it (token lives, order times, cursors). What must agree with real clocks elsewhere (OIDC tokens, the
    ``x-amz-date`` of a signature) uses ``real``; pacing uses monotonic time and cannot be moved at all.
    """

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Amazon's present, aware UTC, whole milliseconds."""
        return whole_milliseconds(self.real() + self._offset)

    def real(self) -> datetime:
        """The machine's present, aware UTC."""
        return datetime.now(UTC)

    @property
    def offset_seconds(self) -> float:
        """How far Amazon's present is ahead of the machine's."""
        return self._offset.total_seconds()

    def advance(self, seconds: float) -> None:
        """Moves Amazon's present on (or back, when negative)."""
        self._offset += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Makes ``moment`` Amazon's present; it runs on from there."""
        self._offset = moment - self.real()

    def reset(self) -> None:
        """Back to the machine's own time."""
        self._offset = timedelta(0)


def whole_milliseconds(moment: datetime) -> datetime:
    """Cuts off what Amazon's millisecond stamps cannot carry, so that a served time, sent back, means the same moment."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, as the 2026 models print times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def stamp_seconds(moment: datetime) -> str:
    """ISO 8601 with whole seconds and Z, as the v0 models print times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
