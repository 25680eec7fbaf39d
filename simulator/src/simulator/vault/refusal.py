"""Vault's way to say no."""

import base64
import binascii
from typing import Any

from simulator.web.response import Response


class RefusedError(Exception):
    """An answer with a status and Vault's `errors`."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status, *errors)
        self.status = status
        self.errors = errors

    def response(self) -> Response:
        """The answer on the wire."""
        return Response.of(self.status, {"errors": list(self.errors)})


def answer(data: dict[str, Any]) -> Response:
    """200 with Vault's envelope around ``data``."""
    return Response.of(200, {"request_id": "", "lease_id": "", "renewable": False, "lease_duration": 0, "data": data})


def decoded(body: dict[str, Any], name: str, *, required: bool = True) -> bytes:
    """The bytes of a base64 field; refused as transit refuses what is none."""
    text = body.get(name)
    if text is None and not required:
        return b""
    if not isinstance(text, str):
        raise RefusedError(400, f"missing {name}" if text is None else f"{name} must be a string")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise RefusedError(400, f"failed to base64-decode {name}") from None
