"""Sellerport's own tokens."""

from collections.abc import Mapping
from typing import Protocol

from svc_kit.secret import Secret


class TokenSigner(Protocol):
    """Signs as this service; the public key stands in the service directory."""

    def sign(self, claims: Mapping[str, object]) -> Secret:
        """Return the claims as they are now as a JWT signed with EdDSA, the key's id in its header; never fails.

        Whoever holds the public key gets these claims from the token and nothing from an altered one. Claims are JSON:
        texts, numbers, truth values, lists and objects.
        """
        ...
