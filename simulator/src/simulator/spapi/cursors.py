"""Paging tokens: opaque, bound to seller and query, of limited life, and not to be altered."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

import msgspec

from simulator.spapi.call import Call, Value
from simulator.spapi.refusal import invalid_input


class Cursor(msgspec.Struct, array_like=True):
    """Where a listing stands: the last thing served, and the end of the window that the first page fixed."""

    binding: str
    issued: datetime
    last_time: datetime | None
    last_id: str
    until: datetime | None


def issue(call: Call, token_name: str, *, last_id: str, last_time: datetime | None = None, until: datetime | None = None) -> str:
    """A token for the page behind ``last_id`` of this very query."""
    text = msgspec.json.encode(Cursor(_binding(call, token_name), call.now, last_time, last_id, until))
    return base64.urlsafe_b64encode(_mac(call, text) + text).decode().rstrip("=")


def read(call: Call, token_name: str, life: timedelta) -> Cursor | None:
    """The cursor that came with the call, None on a first page; 400 when altered, too old, or of another seller or query."""
    token = call.text(token_name)
    if token is None:
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        mac, text = raw[:16], raw[16:]
        if not hmac.compare_digest(mac, _mac(call, text)):
            raise invalid_input(f"{token_name} is invalid.")
        cursor = msgspec.json.decode(text, type=Cursor)
    except (ValueError, msgspec.DecodeError):
        raise invalid_input(f"{token_name} is invalid.") from None
    if cursor.binding != _binding(call, token_name):
        raise invalid_input(f"{token_name} belongs to another query: repeat the parameters of the first page.")
    if call.now - cursor.issued > life:
        raise invalid_input(f"{token_name} has expired.")
    return cursor


def _binding(call: Call, token_name: str) -> str:
    query = sorted((name, _canonical(value)) for name, value in call.query.items() if name != token_name)
    parts = (call.operation.path, call.token.selling_partner_id, call.token.client_id, query)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def _canonical(value: Value) -> str:
    return ",".join(sorted(value)) if isinstance(value, list) else str(value)


def _mac(call: Call, text: bytes) -> bytes:
    return hmac.new(call.world.cursor_key.encode(), text, hashlib.sha256).digest()[:16]
