"""Short-lived tokens by which a service names itself to another."""

from datetime import timedelta
from typing import Final, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from svc_kit.clock import Clock
from svc_kit.ids import uuid7
from svc_kit.secret import Secret

LIFETIME: Final = timedelta(minutes=5)
_RENEW_BEFORE: Final = timedelta(minutes=1)


class ServiceTokenIssuer:
    """Signs EdDSA JWTs as one service: exact audience, scopes, five minutes; reused until a minute before expiry."""

    def __init__(self, key_pem: Secret, service: str, key_id: str, clock: Clock) -> None:
        self._key = cast("Ed25519PrivateKey", load_pem_private_key(key_pem.reveal().encode(), password=None))
        self._service = service
        self._key_id = key_id
        self._clock = clock
        self._tokens: dict[tuple[str, tuple[str, ...], str | None], tuple[float, str]] = {}

    def token(self, audience: str, scopes: tuple[str, ...], tenant: str | None = None) -> str:
        """Return a token for `audience` with `scopes`, acting for `tenant` when one is given."""
        wanted = (audience, scopes, tenant)
        now = self._clock.now()
        renew_at, token = self._tokens.get(wanted, (0.0, ""))
        if now.timestamp() < renew_at:
            return token
        claims: dict[str, object] = {
            "iss": self._service,
            "sub": self._service,
            "aud": audience,
            "scope": " ".join(scopes),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "jti": uuid7(),
        }
        if tenant is not None:
            claims["tenant"] = tenant
        token = self.sign(claims)
        if len(self._tokens) > 1000:  # noqa: PLR2004 - a bound, so that many tenants cannot fill the memory
            self._tokens.clear()
        self._tokens[wanted] = ((now + LIFETIME - _RENEW_BEFORE).timestamp(), token)
        return token

    def sign(self, claims: dict[str, object]) -> str:
        """Return `claims` as a JWT signed by this service's key."""
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._key_id})
