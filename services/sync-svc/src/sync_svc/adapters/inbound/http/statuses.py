"""Which HTTP status each refusal answers."""

from collections.abc import Mapping
from typing import Final

STATUSES: Final[Mapping[str, int]] = {
    "invalid_parameter": 400,
    "not_found": 404,
    "amazon_not_connected": 409,
    "sync_too_soon": 429,
}
