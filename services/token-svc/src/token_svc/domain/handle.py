"""The handle: what an SDK sends as its refresh token instead of an Amazon secret."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Final

from svc_kit.errors import DomainError
from svc_kit.secret import Secret

_PREFIX: Final = "sph1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """Says that one client may ask for tokens of one account; holds no secret of Amazon's.

    As text it is `sph1.<claims>.<signature>`, URL-safe and self-describing; the signature is HMAC-SHA256 over the
    version, the client and the account.
    """

    client_id: str
    account_id: str

    def __post_init__(self) -> None:
        if not self.client_id or not self.account_id:
            raise ValueError("a handle names a client and an account")

    def sealed(self, key: Secret) -> str:
        claims = _encode(json.dumps({"c": self.client_id, "a": self.account_id}, separators=(",", ":")).encode())
        return f"{_PREFIX}.{claims}.{_encode(_sign(claims, key))}"

    @classmethod
    def opened(cls, text: str, *keys: Secret) -> "Handle":
        """Return the handle that `sealed` wrote; refuse (`malformed_handle`) whatever was not written with one of `keys`."""
        refusal = DomainError("malformed_handle", "This is not a handle made here; ask an operator for one.")
        prefix, _, rest = text.partition(".")
        claims, _, signature = rest.partition(".")
        try:
            given = _decode(signature)
            if prefix != _PREFIX or not any(hmac.compare_digest(given, _sign(claims, key)) for key in keys):
                raise refusal
            content = json.loads(_decode(claims))
            return cls(client_id=content["c"], account_id=content["a"])
        except (ValueError, binascii.Error):
            raise refusal from None


def _sign(claims: str, key: Secret) -> bytes:
    return hmac.new(key.reveal().encode(), f"{_PREFIX}.{claims}".encode(), hashlib.sha256).digest()


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    raw = text.encode("ascii")
    content = base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    if _encode(content) != text:
        raise ValueError("not the canonical form")
    return content
