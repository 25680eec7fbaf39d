"""The same tiny Amazon for all sides: a fixed page, a token, and a usage plan so wide that pacing never waits."""

import os
from typing import Any

from bench.orders_page import orders_page

from svc_kit.server import serve

PAGE = orders_page()
TOKEN = b'{"access_token":"Atza|bench","token_type":"bearer","expires_in":3600,"refresh_token":"Atzr|bench"}'
HEAD = [
    (b"content-type", b"application/json"),
    (b"x-amzn-ratelimit-limit", b"100000.0"),
    (b"x-amzn-requestid", b"5d2b1a3c-bench"),
]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer everything at once."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = TOKEN if scope["method"] == "POST" and scope["raw_path"] == b"/auth/o2/token" else PAGE
    await send({"type": "http.response.start", "status": 200, "headers": [*HEAD, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    serve(lambda: application, host="127.0.0.1", port=int(os.environ["HTTP_PORT"]))
