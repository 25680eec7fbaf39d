"""Ids of the Ads API as texts: they are 64-bit numbers, which neither a float nor a browser can hold."""

from collections.abc import Mapping
from typing import Any, Final

from svc_kit.errors import Unavailable

_IDS: Final = frozenset({"profileId", "advertiserId"})
_EXACT: Final = 2**53


def identified(raw: Mapping[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    """Return the id that `raw` has under `name`, and `raw` with its ids as texts; raise `Unavailable` without one."""
    clean = with_text_ids(raw)
    if not isinstance(clean.get(name), str) or not clean[name]:
        raise Unavailable(f"Amazon sent an entry without {name}")
    return clean[name], clean


def with_text_ids(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return `raw` with every id in it, at any depth, as a text."""
    return {name: _text(value) if name in _IDS else _inner(value) for name, value in raw.items()}


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return with_text_ids(value)
    return [_inner(one) for one in value] if isinstance(value, list) else value


def _text(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)  # some of Amazon's own models call these ids floats
    if isinstance(value, float):
        raise Unavailable("Amazon sent an id as a number that has lost its last digits")
    return str(value) if isinstance(value, int) else value
