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
    """Takes each call down once, under its operation, method, status and source; what else it keeps is its own affair."""

    def record(self, call: CallRecord) -> None:
        """Take the call down as it is now; never fails, never waits.

        The same call recorded twice counts twice. To be called on the loop's thread.
        """
        ...
