"""ASGI in front of a handler: reads the whole request, writes the whole answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from simulator.web.request import Request
from simulator.web.response import Response

Handler = Callable[[Request], Awaitable[Response]]
Message = MutableMapping[str, Any]
MAX_BODY = 10 * 1024 * 1024


class AsgiDoor:
    """An ASGI application around one handler."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answers one HTTP request; anything but HTTP is refused by silence."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            response = Response.of(413, {"error": "the body is larger than the simulator takes"})
        else:
            response = await self._handled(_request(scope, body))
        head = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        if not any(name == b"content-length" for name, _ in head):
            head.append((b"content-length", str(len(response.body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": head})
        if response.cut:
            await send({"type": "http.response.body", "body": response.body[: max(1, len(response.body) // 2)], "more_body": True})
            return  # without the rest: the server closes the connection
        await send({"type": "http.response.body", "body": response.body})

    async def _handled(self, request: Request) -> Response:
        try:
            return await self._handler(request)
        except Exception:  # noqa: BLE001 - the outermost edge
            # a fault of the simulator itself: said once, loudly, and never mistaken for one of Amazon's answers
            structlog.get_logger().exception("simulator.bug", method=request.method, path=request.path)
            return Response.of(500, {"error": "simulator_bug", "path": request.path})


def _request(scope: MutableMapping[str, Any], body: bytes) -> Request:
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"],
        path=raw_path.decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
    )


async def _body(receive: Callable[[], Awaitable[Message]]) -> bytes | None:
    parts = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            return None
        if part:
            parts.append(part)
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts)
