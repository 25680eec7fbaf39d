"""The way out to Amazon."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from svc_kit.errors import PortError, Unavailable


class NotConnectedError(Unavailable):
    """No connection could be made: Amazon has seen nothing of the request, any request may be sent again."""


class AnswerLostError(Unavailable):
    """The connection broke after the request went out and before anything of the answer could be used: its effect is not known."""


class NonsenseAnswerError(PortError):
    """What came back is not HTTP."""


class AnswerCutError(PortError):
    """The answer's body ended before its end; what was passed on so far must not look complete."""


@dataclass(slots=True)
class UpstreamRequest:
    """What is sent, byte for byte: `path` and `query` raw, `headers` with lower-case names and without host and length."""

    method: str
    endpoint: str
    path: str
    query: str
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes | AsyncIterator[bytes] = field(repr=False)


class UpstreamAnswer(Protocol):
    """An answer whose head has arrived."""

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        ...

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Return the header fields in order, names in lower case, the body's encoding untouched."""
        ...

    @property
    def is_at_end(self) -> bool:
        """Return whether the whole body is known to have been read; False may also mean: not known yet."""
        ...

    async def read(self) -> bytes:
        """Return the next piece of the body as it arrives, b"" at its end (and ever after).

        Reads no further ahead than a small buffer, so a slow reader slows the sender. Raises `AnswerCutError` when the
        connection broke or fell silent before the end.
        """
        ...

    async def close(self) -> None:
        """Give up what was not read; safe to call at any time and twice."""
        ...


class Upstream(Protocol):
    """Sends requests to Amazon; safe to use from any number of tasks."""

    async def send(self, request: UpstreamRequest, *, seconds: float) -> UpstreamAnswer:
        """Send once (no retry, no redirect) and return when the answer's head is there.

        Any status is an answer. Raises `NotConnectedError` (nothing was sent), `AnswerLostError`, `NonsenseAnswerError`, or
        `Timeout` when the head did not come within `seconds`. The caller closes the answer. Cancelling drops the connection.
        """
        ...
