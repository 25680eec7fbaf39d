"""`python caller.py`: one driver process. Opens its connections, says `ready`, sends on all of them at once when told.

It reads one line of JSON: `{urls, each, path, headers, body}`; then a line that means go. It writes `ready`, then one line of JSON:
`{statuses: {status: count}, bodies: [each distinct body once], broken: connections that ended without an answer}`.
"""

import asyncio
import json
import resource
import sys
from collections import Counter
from typing import Any, Final
from urllib.parse import urlsplit

AT_ONCE: Final = 100
PATIENCE: Final = 60.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connected(url: str, gate: asyncio.Semaphore) -> Connection:
    where = urlsplit(url)
    async with gate:
        return await asyncio.open_connection(where.hostname, where.port)


async def _asked(connection: Connection, request: bytes) -> tuple[int, bytes] | None:
    reader, writer = connection
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return int(head.split(b" ", 2)[1]), await reader.readexactly(int(length.partition(b":")[2]))
    except (OSError, asyncio.IncompleteReadError):
        return None
    finally:
        writer.close()


def _request(url: str, order: dict[str, Any]) -> bytes:
    body = json.dumps(order["body"]).encode()
    fields = {"host": urlsplit(url).netloc, "content-type": "application/json", "content-length": str(len(body)), **order["headers"]}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {order['path']} HTTP/1.1\r\n{head}\r\n".encode() + body


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def drive(order: dict[str, Any]) -> dict[str, Any]:
    """Have every connection ask once, all at the same time."""
    gate = asyncio.Semaphore(AT_ONCE)
    urls = [url for url in order["urls"] for _ in range(order["each"])]
    connections = await asyncio.gather(*(_connected(url, gate) for url in urls))
    _say("ready")
    await asyncio.to_thread(sys.stdin.readline)
    async with asyncio.timeout(PATIENCE):
        requests = {url: _request(url, order) for url in order["urls"]}
        answers = await asyncio.gather(*(_asked(one, requests[url]) for one, url in zip(connections, urls, strict=True)))
    came = [answer for answer in answers if answer is not None]
    bodies = sorted({body.decode() for _, body in came})
    return {"statuses": Counter(str(status) for status, _ in came), "bodies": bodies, "broken": len(answers) - len(came)}


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    _say(json.dumps(asyncio.run(drive(json.loads(sys.stdin.readline())))))
