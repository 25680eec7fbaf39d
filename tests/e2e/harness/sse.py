"""A reader of server-sent events (WHATWG HTML, section 9.2) with a deadline."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Message:
    """One event of the stream."""

    id: str
    event: str
    data: Any


class EventStream:
    """The events of one open stream, in order."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.seen: list[Message] = []

    async def next(self) -> Message:
        """Return the next event; comments (heartbeats) are passed over."""
        fields: dict[str, list[str]] = {}
        async for line in self._lines:
            if not line:
                if "data" in fields:
                    message = Message(
                        fields.get("id", [""])[-1], fields.get("event", ["message"])[-1], json.loads("\n".join(fields["data"]))
                    )
                    self.seen.append(message)
                    return message
                fields = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(":")
                fields.setdefault(name, []).append(value.removeprefix(" "))
        raise AssertionError("the stream ended")

    async def until(self, wanted: Callable[[Message], bool], *, within: float = 60.0) -> Message:
        """Return the first event that is `wanted`; fail when it does not come in time."""
        try:
            async with asyncio.timeout(within):
                while True:
                    message = await self.next()
                    if wanted(message):
                        return message
        except TimeoutError:
            raise AssertionError(f"no such event within {within:.0f} s; seen: {self.seen[-5:]}") from None


@asynccontextmanager
async def listen(base_url: str, token: str, *, last_event_id: str | None = None) -> AsyncIterator[EventStream]:
    """Open `/api/v1/events` as the bearer of `token`."""
    headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
    if last_event_id is not None:
        headers["last-event-id"] = last_event_id
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(60)) as client,
        client.stream("GET", "/api/v1/events", headers=headers) as response,
    ):
        assert response.status_code == 200, (await response.aread()).decode()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield EventStream(response)
