"""Reads a door's request: headers once, the body as far as it has to be read."""

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from spapi_gateway.application.call import DEFAULT_SECONDS
from spapi_gateway.domain.errors import CallRefusedError
from spapi_gateway.domain.headers import HeaderFilter
from spapi_gateway.domain.lanes import LANES, Lane
from svc_kit.ids import uuid7
from svc_kit.unread_body import read_away

_SPECIAL: Final = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "x-amz-access-token",
        "x-request-id",
        "x-sellerport-deadline-ms",
        "x-sellerport-priority",
        "x-sellerport-data-elements",
        "x-sellerport-region",
    }
)
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_NAMES: Final[dict[bytes, str]] = {}
_BUFFERED: Final = 262_144
_LONGEST_MS: Final = 300_000
_JSON: Final = msgspec.json.Decoder(msgspec.Raw)


_PREFIX: Final = uuid7()[:24]
_NUMBERS: Final = itertools.count(1)


def new_request_id() -> str:
    """Return a UUID-shaped id: random and ordered by the process's start, then counted (a UUIDv7 for each costs 3 µs)."""
    return f"{_PREFIX}{next(_NUMBERS):012x}"


@dataclass(slots=True)
class Incoming:
    """A request at a door, its headers sorted into those that steer the gateway and those that pass."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]] = field(repr=False)
    special: dict[str, str] = field(repr=False)
    receive: Any = field(repr=False)
    request_id: str = ""
    lane: Lane = Lane.INTERACTIVE
    seconds: float = DEFAULT_SECONDS
    patience: float = DEFAULT_SECONDS
    data_elements: tuple[str, ...] = field(default=())
    is_read: bool = False

    @property
    def has_body(self) -> bool:
        return self.special.get("content-length", "0") != "0" or "transfer-encoding" in self.special


def read_head(scope: Any, receive: Any, passing: HeaderFilter) -> Incoming:
    """Sort the headers; raises nothing, so that every refusal can carry the request id."""
    special: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for raw_name, raw_value in scope["headers"]:
        name = _NAMES.get(raw_name)
        if name is None:
            name = raw_name.decode("latin-1").lower()
            if len(_NAMES) < 2048:  # noqa: PLR2004 - callers must not fill the memory with names
                _NAMES[raw_name] = name
        value = raw_value.decode("latin-1")
        if name in _SPECIAL:
            # Twice the same steering header: joined it is no valid value of any of them, so that it is refused later.
            special[name] = f"{special[name]}, {value}" if name in special else value
            if name == "content-type":
                others.append((name, value))
        else:
            others.append((name, value))
    headers = passing.apply(others, special.get("connection", ""))
    given = special.get("x-request-id", "")
    request_id = given if given and _REQUEST_ID.fullmatch(given) else new_request_id()
    return Incoming(scope["method"], "", scope["query_string"].decode("latin-1"), headers, special, receive, request_id)


def read_steering(incoming: Incoming) -> None:
    """Read deadline, priority and data elements; raises `CallRefusedError("invalid_header")`."""
    special = incoming.special
    deadline = special.get("x-sellerport-deadline-ms")
    if deadline is not None:
        if not (deadline.isascii() and deadline.isdigit()) or len(deadline) > 9 or int(deadline) > _LONGEST_MS:  # noqa: PLR2004 - digits
            raise CallRefusedError("invalid_header", f"x-sellerport-deadline-ms must be whole milliseconds from 0 to {_LONGEST_MS}.")
        incoming.patience = int(deadline) / 1000
        # Zero means: do not wait for a slot. The call itself still needs time.
        incoming.seconds = incoming.patience or DEFAULT_SECONDS
    priority = special.get("x-sellerport-priority")
    if priority is not None:
        if priority not in LANES:
            raise CallRefusedError("invalid_header", f"x-sellerport-priority must be one of {', '.join(LANES)}.")
        incoming.lane = LANES[priority]
    elements = special.get("x-sellerport-data-elements")
    if elements:
        incoming.data_elements = tuple(sorted({part.strip() for part in elements.split(",") if part.strip()}))
    for name, value in incoming.headers:
        if not value.isascii():
            raise CallRefusedError("invalid_header", f"The header {name} holds bytes beyond ASCII; encode them.")


class BodyStream:
    """The request body as it arrives, no more than `limit` bytes of it."""

    def __init__(self, incoming: Incoming, limit: int) -> None:
        self._incoming = incoming
        self._limit = limit
        self.refusal: CallRefusedError | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        while True:
            message = await self._incoming.receive()
            self._incoming.is_read = not message.get("more_body", False)
            if message["type"] != "http.request":
                self.refusal = CallRefusedError("body_not_allowed", "The request body broke off.")
                raise self.refusal
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._limit:
                self.refusal = too_large(self._limit)
                raise self.refusal
            if piece:
                yield piece
            if self._incoming.is_read:
                return


async def read_body(incoming: Incoming, limit: int, *, needs_all: bool) -> bytes | BodyStream:
    """Return the body: complete when it is small, JSON, or needed whole (for a signature); else a stream.

    Raises `CallRefusedError`: `body_not_allowed` (GET, HEAD), `body_too_large`, `malformed_json`.
    """
    if not incoming.has_body:
        return b""
    if incoming.method in {"GET", "HEAD"}:
        raise CallRefusedError(
            "body_not_allowed", f"A {incoming.method} cannot carry a body; Amazon refuses it. Put the values into the query."
        )
    length = incoming.special.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)
    is_json = "json" in incoming.special.get("content-type", "").lower()
    stream = BodyStream(incoming, limit)
    if not (needs_all or is_json or (length.isdigit() and int(length) <= _BUFFERED)):
        return stream
    body = b"".join([piece async for piece in stream])
    if is_json and body and len(body) <= _BUFFERED:
        check_json(body)
    return body


async def pass_over_body(incoming: Incoming) -> None:
    """Read away what is left of the body before a refusal is sent, so that a caller that is still sending gets to read it."""
    if incoming.has_body and not incoming.is_read:
        await read_away(incoming.receive)


def check_json(body: bytes) -> None:
    """Refuse what says it is JSON and is not."""
    try:
        body.decode()  # the decoder passes over strings without looking at their bytes
        _JSON.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CallRefusedError("malformed_json", f"The body is not valid JSON: {error}. Nothing was sent to Amazon.") from None


def too_large(limit: int) -> CallRefusedError:
    """Return the refusal of a body over `limit` bytes."""
    return CallRefusedError(
        "body_too_large", f"The body is larger than {limit} bytes; upload documents by createFeedDocument's URL instead."
    )
