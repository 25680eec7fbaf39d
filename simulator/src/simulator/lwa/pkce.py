"""Proof Key for Code Exchange (RFC 7636), S256 only."""

import base64
import hashlib
import re
import secrets

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def is_challenge(text: str) -> bool:
    """Whether ``text`` can be the S256 challenge of a verifier."""
    return _CHALLENGE.fullmatch(text) is not None


def proves(verifier: str | None, challenge: str | None) -> bool:
    """Whether the verifier belongs to the challenge; neither belongs to neither (section 4.6)."""
    if verifier is None or challenge is None:
        return verifier is None and challenge is None
    expected = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return _VERIFIER.fullmatch(verifier) is not None and secrets.compare_digest(expected, challenge)
