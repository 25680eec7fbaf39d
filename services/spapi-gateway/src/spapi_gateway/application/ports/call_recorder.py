"""Who wants to know about each call."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True, kw_only=True)
class CallRecord:
    """One call, without anything that was in it: no bodies, no query, no tokens."""

    request_id: str
    door: str
    method: str
    caller: str = ""
    tenant: str = ""
    account: str = ""
    region: str = ""
    operation: str = "unmatched"
    lane: str = ""
    status: int = 0
    source: str = "gateway"
    code: str = ""
    attempts: int = 0
    waited: float = 0.0
    seconds: float = 0.0
    upstream_request_id: str = ""


class CallRecorder(Protocol):
    """Counts calls and writes the audit line of each."""

    def record(self, call: CallRecord) -> None:
        """Take note of a call that has ended; never fails, never blocks."""
        ...
