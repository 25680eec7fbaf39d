"""Keeps the records of calls for a test to look at."""

from dataclasses import replace

from spapi_gateway.application.ports.call_recorder import CallRecord


class MemoryCallRecorder:
    """Implements `CallRecorder`: all records, in order."""

    def __init__(self) -> None:
        self.calls: list[CallRecord] = []

    def record(self, call: CallRecord) -> None:
        self.calls.append(replace(call))
