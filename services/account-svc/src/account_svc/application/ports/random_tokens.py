"""Where unguessable texts come from."""

from typing import Protocol

from svc_kit.secret import Secret


class RandomTokens(Protocol):
    """A source of randomness."""

    def new(self) -> Secret:
        """Return at least 256 random bits as URL-safe text, never the same twice."""
        ...
