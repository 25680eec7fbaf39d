"""Long-lived service tokens for people and tests at this machine; services themselves use five-minute ones."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Final

from sellerport_stack.state.service_keys import GRANTS, ServiceKeys

LIFETIME_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True)
class TokenDesk:
    """Signs tokens with the stack's own keys; all of one desk expire together."""

    keys: ServiceKeys
    expires_at: int = field(default_factory=lambda: int(time.time()) + LIFETIME_SECONDS)

    def token(self, service: str, *audiences: str, tenant: str | None = None) -> str:
        """Return a token of `service` for `audiences` (all it may talk to unless given), with every scope it is granted there."""
        chosen = audiences or tuple(GRANTS[service])
        claims: dict[str, object] = {
            "iss": service,
            "sub": service,
            "aud": chosen[0] if len(chosen) == 1 else list(chosen),
            "scope": " ".join(sorted({scope for audience in chosen for scope in GRANTS[service][audience]})),
            "iat": int(time.time()),
            "exp": self.expires_at,
            "jti": str(uuid.uuid4()),
        }
        return self.keys.sign(service, claims if tenant is None else {**claims, "tenant": tenant})
