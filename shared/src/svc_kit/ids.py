"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562 section 5.7)."""

import itertools
import secrets
import time
import uuid
from typing import Protocol


def uuid7(milliseconds: int | None = None) -> str:
    """Return a new UUIDv7 as text; `milliseconds` since the epoch default to now."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    value = (stamp & ((1 << 48) - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


class IdFactory(Protocol):
    """Where a use case gets new identifiers from."""

    def new(self) -> str:
        """Return an identifier that was never returned before."""
        ...


class SystemIds:
    """Random, time-ordered identifiers."""

    def new(self) -> str:
        return uuid7()


class SequenceIds:
    """Predictable identifiers for tests: 00000000-0000-7000-8000-000000000001 and up."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        return f"00000000-0000-7000-8000-{next(self._numbers):012d}"
