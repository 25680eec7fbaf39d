"""A span of days in a time zone, as a person asks for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from sync_svc.domain.errors import InvalidParameterError

MOST_DAYS: Final = 800
_DEFAULT_DAYS: Final = 30
_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2200, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days first ≤ day < end of `zone`."""

    first: date
    end: date
    zone: str

    @classmethod
    def parse(cls, first: str | None, end: str | None, zone: str | None, *, now: datetime) -> "Period":
        """Read `from`, `to` (exclusive) and `tz`; by default the last thirty days, today included, in UTC.

        Raises `InvalidParameterError` that says what is wrong and what is allowed.
        """
        where = _zone(zone or "UTC")
        last = _day("to", end) if end else now.astimezone(where).date() + timedelta(days=1)
        start = _day("from", first) if first else last - timedelta(days=_DEFAULT_DAYS)
        if start >= last:
            raise InvalidParameterError("from must be before to; to is exclusive.")
        if (last - start).days > MOST_DAYS:
            raise InvalidParameterError(f"At most {MOST_DAYS} days can be asked for at once.")
        return cls(first=start, end=last, zone=where.key)

    @property
    def starts_at(self) -> datetime:
        """The first moment of the first day, in UTC."""
        return datetime.combine(self.first, time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The first moment that no longer belongs to it, in UTC."""
        return datetime.combine(self.end, time(), ZoneInfo(self.zone)).astimezone(UTC)


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _zone(name: str) -> ZoneInfo:
    if name not in _known_zones():
        raise InvalidParameterError("tz must be an IANA time zone such as Europe/Berlin or UTC.")
    return ZoneInfo(name)


def _day(name: str, value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise InvalidParameterError(f"{name} must be a date such as 2026-01-31.") from error
    if not _EARLIEST <= day <= _LATEST:
        raise InvalidParameterError(f"{name} must lie between {_EARLIEST} and {_LATEST}.")
    return day
