"""The tokens of the identity provider, on the machine's own time: services check them with real clocks."""

import time
from typing import Any

from simulator.oidc.keys import SigningKey
from simulator.state.people import User
from simulator.state.world import World

LIFE = 3600


class TokenMint:
    """Makes access and id tokens."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.key = SigningKey(world.oidc_key_pem)

    def access_token(self, user: User, *, life: float = LIFE, scope: str = "openid profile email") -> str:
        """An access token for Sellerport's services; a negative life makes one that has expired."""
        return self.key.sign(self._claims(user, self._world.config.oidc_audience, life) | {"scope": scope}, "at+jwt")

    def id_token(self, user: User, nonce: str | None) -> str:
        """An id token for the dashboard."""
        claims = self._claims(user, self._world.config.oidc_client_id, LIFE)
        return self.key.sign(claims | ({"nonce": nonce} if nonce else {}))

    def _claims(self, user: User, audience: str, life: float) -> dict[str, Any]:
        now = int(time.time())
        issued = min(now, int(now + life) - 1)
        return {
            "iss": self._world.config.issuer,
            "aud": audience,
            "iat": issued,
            "exp": int(now + life),
            "sub": user.subject,
            "azp": self._world.config.oidc_client_id,
            **profile(user),
        }


def profile(user: User) -> dict[str, Any]:
    """What is told of a user."""
    return {
        "email": user.username,
        "email_verified": True,
        "name": user.name,
        "preferred_username": user.username,
        "tenant_id": user.tenant_id,
    }
