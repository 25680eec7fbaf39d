"""A signer whose tokens can be read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from svc_kit.secret import Secret


@dataclass(slots=True)
class MemoryTokenSigner:
    """Implements `TokenSigner`: keeps the claims by token."""

    signed: dict[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])

    def sign(self, claims: Mapping[str, object]) -> Secret:
        token = f"signed-{len(self.signed) + 1}"
        self.signed[token] = dict(claims)
        return Secret(token)
