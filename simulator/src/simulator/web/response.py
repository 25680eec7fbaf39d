"""What a door of the simulator answers."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="string")


@dataclass(slots=True)
class Response:
    """One answer. ``cut`` sends half of the body and then drops the connection."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False

    @classmethod
    def of(cls, status: int, content: Any, media_type: str = "application/json") -> "Response":
        """``content`` as JSON; Decimals become strings, so that no amount passes through a float."""
        return cls(status, _ENCODER.encode(content), [("content-type", media_type)])

    @classmethod
    def page(cls, status: int, html: str) -> "Response":
        """An HTML page that nobody may frame or keep."""
        return cls(
            status,
            html.encode(),
            [
                ("content-type", "text/html; charset=utf-8"),
                ("cache-control", "no-store"),
                ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
                ("referrer-policy", "no-referrer"),
            ],
        )

    @classmethod
    def redirect(cls, location: str) -> "Response":
        """302 to ``location``."""
        return cls(302, b"", [("location", location), ("cache-control", "no-store")])
