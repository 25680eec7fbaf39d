"""The errors of the Ads APIs, which come in five shapes, and the gateway's own."""

from typing import Any, Final

import msgspec

_LONGEST: Final = 500


def message_of(status: int, content: bytes) -> str:
    """Return what an error says, with its code where it has one.

    `{code, details, requestId}`, `{code, detail}` (a problem document of the gateway reads the same), `{message}`,
    `{errors: [{errorCode, errorMessage}]}`, `{code, message}`; whatever else comes is told by its status.
    """
    try:
        body: Any = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        body = None
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, dict) and isinstance(body.get("errors"), list) and body["errors"]:
        body = body["errors"][0]
    if not isinstance(body, dict):
        return f"Amazon answered {status}."
    code = body.get("code") or body.get("errorCode")
    text = next((body[name] for name in ("details", "detail", "message", "errorMessage") if body.get(name)), None)
    said = ": ".join(str(part) for part in (code, text) if part)
    return "".join(character for character in said if character.isprintable())[:_LONGEST] or f"Amazon answered {status}."
