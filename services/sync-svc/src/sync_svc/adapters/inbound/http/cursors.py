"""Cursors: the place where the next page starts, opaque to the caller."""

import base64
import binascii

import msgspec

from sync_svc.application.ports.inventory_repository import ItemKey
from sync_svc.domain.errors import InvalidParameterError


def encode_cursor(place: ItemKey | None) -> str | None:
    """Return the cursor of a place."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=") if place else None


def decode_cursor(cursor: str | None) -> ItemKey | None:
    """Return the place of a cursor; raise `InvalidParameterError` for one that is not ours."""
    if cursor is None:
        return None
    try:
        place: ItemKey = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=tuple[str, str, str])
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidParameterError("cursor is not one that this service has given out; start again without it.") from error
    return place
