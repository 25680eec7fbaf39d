"""AWS Signature Version 4 for `execute-api`, with the day's signing key kept.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Every attempt is signed anew.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from spapi_gateway.domain.credentials import Credential

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_SERVICE: Final = "execute-api"
_UNRESERVED_PATH: Final = re.compile(r"[A-Za-z0-9/._~-]*")
# A query as the canonical one has it: unreserved characters bare, everything else as upper-case escapes, "=" in every part.
_WORD: Final = r"(?:[A-Za-z0-9._~-]++|%(?!2[DE]|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])[0-9A-F]{2})"
_CANONICAL: Final = re.compile(rf"{_WORD}++={_WORD}*+(?:&{_WORD}++={_WORD}*+)*+")
_EMPTY_SHA256: Final = hashlib.sha256(b"").hexdigest()
_KEPT_KEYS: Final = 10_000


class SigV4Signer:
    """Signs requests; the signing key of each (credential, day, region) is derived once."""

    def __init__(self, service: str = _SERVICE) -> None:
        self._service = service
        self._keys: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    def sign(
        self,
        *,
        method: str,
        host: str,
        path: str,
        query: str,
        body: bytes,
        headers: Sequence[tuple[str, str]],
        credential: Credential,
        region: str,
        at: datetime,
    ) -> list[tuple[str, str]]:
        """Return the headers to add: `x-amz-date`, `x-amz-security-token` (for a session) and `authorization`.

        `path` and `query` are the raw ones that will be sent; `headers` (lower-case names, such as the access token) are
        signed with `host` and the date and must be sent unchanged.
        """
        stamp = f"{at.year:04d}{at.month:02d}{at.day:02d}T{at.hour:02d}{at.minute:02d}{at.second:02d}Z"
        added = [("x-amz-date", stamp)]
        token = credential.token.reveal()
        if token:
            added.append(("x-amz-security-token", token))
        signed = sorted([("host", host), *headers, *added])
        names = ";".join([name for name, _ in signed])
        lines = "\n".join([f"{name}:{_trimmed(value)}" for name, value in signed])
        digest = hashlib.sha256(body).hexdigest() if body else _EMPTY_SHA256
        request = f"{method}\n{canonical_path(path)}\n{canonical_query(query)}\n{lines}\n\n{names}\n{digest}"
        date = stamp[:8]
        scope = f"{date}/{region}/{self._service}/aws4_request"
        text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key(credential, date, region), text.encode(), "sha256").hex()
        value = f"{_ALGORITHM} Credential={credential.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
        added.append(("authorization", value))
        return added

    def _key(self, credential: Credential, date: str, region: str) -> bytes:
        # AWS never issues one access key id with two secrets; the secret itself is no dictionary key.
        wanted = (credential.access_key_id, date, region)
        key = self._keys.get(wanted)
        if key is None:
            key = f"AWS4{credential.secret_access_key.reveal()}".encode()
            for part in (date, region, self._service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._keys[wanted] = key
            if len(self._keys) > _KEPT_KEYS:
                self._keys.popitem(last=False)
        return key


def _trimmed(value: str) -> str:
    return " ".join(value.split()) if " " in value else value


def canonical_path(path: str) -> str:
    """Return the path as it is signed: each segment of the raw path percent-encoded once more."""
    if _UNRESERVED_PATH.fullmatch(path):
        return path or "/"
    return quote(path, safe="/~")


def canonical_query(query: str) -> str:
    """Return the query as it is signed: names and values decoded, encoded strictly, sorted by code point."""
    if not query:
        return ""
    if _CANONICAL.fullmatch(query):
        return query if "&" not in query else "&".join(sorted(query.split("&"), key=_pair))
    pairs: list[tuple[str, str]] = []
    for part in query.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_strict(name), _strict(value)))
    pairs.sort()
    return "&".join(f"{name}={value}" for name, value in pairs)


def _pair(part: str) -> list[str]:
    return part.split("=", 1)


def _strict(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")
