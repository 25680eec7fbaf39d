"""Rules of the request as HTTP: what Amazon's edge refuses, and what would let two servers read one request differently."""

import re
from urllib.parse import unquote

from simulator.spapi.refusal import RefusalError, invalid_input
from simulator.web.request import Request

_HOP_BY_HOP = ("te", "trailer", "upgrade", "proxy-authorization", "proxy-connection", "keep-alive", "expect")
_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url", "x-forwarded-host")
_SINGLE = ("host", "authorization", "x-amz-access-token", "x-amz-date", "x-amz-security-token", "content-type", "content-length")

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})|%[01][0-9A-Fa-f]|%7[Ff]|[^\x21-\x7e]")
_NOT_IN_PATH = re.compile(r"[#\\<>\"^`{|}]")


def check_framing(request: Request) -> None:
    """Raises 400 for a GET with a body or Content-Length, repeated single headers, hop-by-hop and override headers."""
    if request.method in {"GET", "HEAD"} and (request.body or request.header("content-length") or request.header("transfer-encoding")):
        raise invalid_input("A GET request must have neither a body nor a Content-Length.")
    for name in _SINGLE:
        if len(request.header_values(name)) > 1:
            raise RefusalError(400, "BadRequest", "Bad Request", f"The header {name} comes more than once.")
    if not request.header("host"):
        raise RefusalError(400, "BadRequest", "Bad Request", "The Host header is missing.")
    for name in (*_HOP_BY_HOP, *_OVERRIDES):
        if request.header(name) is not None:
            raise RefusalError(400, "BadRequest", "Bad Request", f"The header {name} must not reach Amazon.")
    connection = {part.strip().lower() for part in (request.header("connection") or "").split(",")} - {"", "keep-alive", "close"}
    if connection:
        raise RefusalError(400, "BadRequest", "Bad Request", f"The Connection header names {', '.join(sorted(connection))}.")
    _check_path(request.path)
    if _BAD_ESCAPE.search(request.query):
        raise RefusalError(400, "BadRequest", "Bad Request", "The query is malformed.")


def _check_path(path: str) -> None:
    dotted = any(unquote(segment) in {".", ".."} for segment in path.split("/"))
    if dotted or "//" in path or _BAD_ESCAPE.search(path) or _NOT_IN_PATH.search(path):
        raise RefusalError(400, "BadRequest", "Bad Request", "The path is malformed.")
