"""Lets a caller that is still sending read the answer: a connection closed with unread bytes is reset (RFC 9112, section 9.6)."""

import asyncio
from contextlib import suppress
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send, WebSocketReceiveMessage

_MOST_BYTES: Final = 64 << 20
_MOST_SECONDS: Final = 2.0


async def read_away(receive: Receive) -> None:
    """Read the rest of a request body and forget it; give up, without an error, when it is long or slow."""
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_MOST_SECONDS):
            while size < _MOST_BYTES:
                message = await receive()
                if message["type"] != "http.request":
                    return
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def answers_after_the_body(app: ASGIApp) -> ASGIApp:
    """Wrap `app` so that an answer given before the request body was read, such as 413, waits until it has been."""

    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not _has_body(scope):
            await app(scope, receive, send)
            return
        is_read = False

        async def watched() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal is_read
            message = await receive()
            is_read = not message.get("more_body", False)
            return message

        async def after_the_body(message: Message) -> None:
            nonlocal is_read
            if not is_read:
                is_read = True
                await read_away(receive)
            await send(message)

        await app(scope, watched, after_the_body)

    return patient


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 ") != b"") for name, value in scope["headers"]
    )
