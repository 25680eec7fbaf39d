"""Writes one JSON line per call: who called what for whom, and how it ended."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from typing import Final

import msgspec

from spapi_gateway.application.ports.call_recorder import CallRecord
from svc_kit.clock import Clock

_FLUSH_SECONDS: Final = 0.25
_MOST_LINES: Final = 1000


class JsonLinesCallRecorder:
    """Implements `CallRecorder`: hands its lines to `write` four times a second, or when a thousand are there; metadata only.

    Lines that nobody takes (the reader of the log is gone) are lost; a call never fails for them.
    """

    def __init__(self, write: Callable[[bytes], object], clock: Clock) -> None:
        self._write = write
        self._clock = clock
        self._encoder = msgspec.json.Encoder()
        self._lines = bytearray()
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def record(self, call: CallRecord) -> None:
        at = self._clock.now().astimezone(UTC)
        line = (at, "info", "spapi-gateway", "call", call)
        self._encoder.encode_into(_Line(*line), self._lines, -1)
        self._lines += b"\n"
        self._count += 1
        if self._count >= _MOST_LINES:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what has been collected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._count:
            content = bytes(self._lines)
            self._lines.clear()
            self._count = 0
            with suppress(OSError):
                self._write(content)


class _Line(msgspec.Struct):
    timestamp: object
    level: str
    service: str
    event: str
    call: CallRecord
