"""The request target: what may go out, unchanged, to Amazon."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from spapi_gateway.domain.errors import CallRefusedError

# RFC 3986 section 3.3: pchar without "%"; a dot segment never matches.
_PLAIN: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~!$&'()*+,;=:@-]+)+")
_ESCAPED: Final = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+")
# RFC 3986 section 3.4, with the few characters that clients send bare and that travel unchanged.
_QUERY: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?\[\]{}|^`\\-]++|%[0-9A-Fa-f]{2})*+")
_LONGEST: Final = 8192
_DECODINGS: Final = 8


def check_path(path: str) -> None:
    """Refuse (`unsafe_path`) a raw path that two readers could understand differently.

    Refused: dot segments in any encoding however often repeated, empty segments, backslashes and control bytes (encoded
    too), invalid escapes, characters that a URL cannot hold. What passes is sent byte for byte.
    """
    if _PLAIN.fullmatch(path) and len(path) <= _LONGEST:
        return
    if len(path) > _LONGEST:
        raise _unsafe("it is longer than 8192 bytes")
    if not path.startswith("/"):
        raise _unsafe("it must start with a slash (no scheme and host, no '*')")
    if "//" in path or path.endswith("/"):
        raise _unsafe("it has an empty segment (a double or a final slash)")
    if not _ESCAPED.fullmatch(path):
        raise _unsafe("it holds a character or a percent escape that a URL cannot hold; percent-encode it")
    for segment in path.split("/")[1:]:
        _check_segment(segment)


def _check_segment(segment: str) -> None:
    current = segment.encode("ascii")
    for _ in range(_DECODINGS):
        if any(byte < 0x20 or byte == 0x7F for byte in current):  # noqa: PLR2004 - the control bytes of ASCII
            raise _unsafe("it holds a control byte")
        if b"\\" in current:
            raise _unsafe("it holds a backslash")
        if any(part in {b".", b".."} for part in current.split(b"/")):
            raise _unsafe("it holds a dot segment ('.' or '..'), plain or encoded")
        decoded = unquote_to_bytes(current)
        if decoded == current:
            return
        current = decoded
    raise _unsafe("it is percent-encoded too many times over")


def check_query(query: str) -> None:
    """Refuse (`unsafe_query`) a raw query that cannot be sent as it came: bare spaces, quotes, controls, bad escapes."""
    if len(query) > _LONGEST or not _QUERY.fullmatch(query):
        raise CallRefusedError(
            "unsafe_query", "The query holds a character or a percent escape that a URL cannot hold, or is too long; percent-encode it."
        )


def _unsafe(why: str) -> CallRefusedError:
    return CallRefusedError("unsafe_path", f"The path is refused because {why}.")
