"""HTTP as bytes: for requests that a well-behaved client would mend before it sends them."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back: the first status line, its headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


async def send_raw(base_url: str, request: bytes, *, within: float = 60.0) -> list[RawAnswer]:
    """Send `request` as it is to the server of `base_url` (plain HTTP), and return every answer on that connection."""
    where = urlsplit(base_url)
    async with asyncio.timeout(within):
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            writer.write(request)
            await writer.drain()
            answers = []
            while (answer := await _read_answer(reader)) is not None:
                answers.append(answer)
                if answer.headers.get("connection", "").lower() == "close":
                    break
            return answers
        finally:
            writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> RawAnswer | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return None
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        body = await reader.read()
    return RawAnswer(int(status.split(" ")[1]), headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body
