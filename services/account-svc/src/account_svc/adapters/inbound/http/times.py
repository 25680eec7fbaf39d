"""Times of outside."""

from datetime import datetime

from account_svc.domain.errors import InvalidInputError


def aware(moment: datetime, name: str) -> datetime:
    """Return the time; raise `InvalidInputError` for one that does not say its zone."""
    if moment.tzinfo is None:
        raise InvalidInputError("time_invalid", f"{name} must say its zone, such as 2026-01-02T03:04:05Z")
    return moment


def aware_or_none(moment: datetime | None, name: str) -> datetime | None:
    """Return the time, or None where none is given; raise `InvalidInputError` as `aware` does."""
    return None if moment is None else aware(moment, name)
