"""Proof Key for Code Exchange (RFC 7636), S256."""

import base64
import hashlib
import hmac

from svc_kit.secret import Secret


def verifier_of(key: Secret, state: str) -> Secret:
    """Return the verifier that belongs to a state: derived with our key, so that it is stored nowhere and dies with the state."""
    return Secret(_text(hmac.digest(key.reveal().encode(), b"pkce:" + state.encode(), "sha256")))


def challenge_of(verifier: Secret) -> str:
    """Return the S256 challenge of a verifier."""
    return _text(hashlib.sha256(verifier.reveal().encode()).digest())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
