"""An Amazon in memory: answers what it was told to, and remembers what it was asked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from spapi_gateway.application.ports.upstream import AnswerCutError, UpstreamAnswer, UpstreamRequest
from svc_kit.errors import PortError, Timeout


@dataclass(kw_only=True)
class MemoryAnswer:
    """A canned answer: `pieces` are read one by one; `is_cut` breaks the connection after the last."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    pieces: list[bytes] = field(default_factory=list[bytes])
    is_cut: bool = False
    is_closed: bool = False

    @property
    def is_at_end(self) -> bool:
        return self.is_closed or not (self.pieces or self.is_cut)

    async def read(self) -> bytes:
        if self.pieces and not self.is_closed:
            return self.pieces.pop(0)
        if self.is_cut and not self.is_closed:
            raise AnswerCutError("the answer's body broke off")
        return b""

    async def close(self) -> None:
        self.is_closed = True


@dataclass
class Received:
    """A request as it arrived, its body complete."""

    method: str
    endpoint: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of this name."""
        return next((value for key, value in self.headers if key == name), None)


def json_answer(status: int = 200, content: bytes = b"{}", **headers: str) -> MemoryAnswer:
    """Return a JSON answer; underscores in header names stand for hyphens."""
    fields = [("content-type", "application/json"), ("content-length", str(len(content)))]
    fields += [(name.replace("_", "-"), value) for name, value in headers.items()]
    return MemoryAnswer(status=status, headers=fields, pieces=[content] if content else [])


class MemoryUpstream:
    """Plays the script first (answers and faults in order), then asks `otherwise`; `hang` makes it silent."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.script: list[MemoryAnswer | PortError] = []
        self.otherwise: Callable[[Received], MemoryAnswer] = lambda _received: json_answer()
        self.hang = False

    async def send(self, request: UpstreamRequest, *, seconds: float) -> UpstreamAnswer:
        body = request.body if isinstance(request.body, bytes) else b"".join([piece async for piece in request.body])
        received = Received(request.method, request.endpoint, request.path, request.query, request.headers, body)
        self.received.append(received)
        if self.hang:
            try:
                async with asyncio.timeout(seconds):
                    await asyncio.Event().wait()
            except TimeoutError:
                raise Timeout("Amazon did not answer in time") from None
        if self.script:
            step = self.script.pop(0)
            if isinstance(step, PortError):
                raise step
            return step
        return self.otherwise(received)
