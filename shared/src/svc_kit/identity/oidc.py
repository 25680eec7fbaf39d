"""End users' tokens from any OpenID Connect issuer (OpenID Connect Core 1.0, RFC 7517 for the keys)."""

import asyncio
from typing import Any, Final, cast

import httpx
import jwt

from svc_kit.clock import Clock
from svc_kit.errors import Unavailable
from svc_kit.identity.caller import Caller, Unauthenticated

LEEWAY_SECONDS: Final = 30
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "EdDSA")
_REFETCH_AFTER: Final = 10.0
_TENANT_LIMIT: Final = 64


class OidcVerifier:
    """Verifies signature, issuer, audience and times of an end user's token, and takes the tenant from a claim.

    Keys come from `jwks_url` (or the issuer's discovery document) and are fetched again when an unknown key id turns
    up, at most every ten seconds, so a rotated key works at once and a forged key id cannot flood the issuer.
    """

    def __init__(self, *, issuer: str, audience: str, jwks_url: str | None, tenant_claim: str, clock: Clock) -> None:
        self.issuer = issuer
        self._audience = audience
        self._jwks_url = jwks_url
        self._tenant_claim = tenant_claim
        self._clock = clock
        self._keys: dict[str, Any] = {}
        self._fetched_at: float | None = None
        self._lock = asyncio.Lock()

    async def verify(self, token: str, key_id: str | None) -> tuple[Caller, float]:
        """Return the caller and the token's expiry (seconds since the epoch).

        Raises `Unauthenticated` for a bad token and `Unavailable` when the issuer's keys cannot be fetched.
        """
        key = await self._key(key_id or "")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=list(_ALGORITHMS),
                audience=self._audience,
                issuer=self.issuer,
                options={"require": ["exp", "iss", "aud", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the sign-in token was refused: {error}") from error
        expires = check_times(claims, self._clock)
        tenant = claims.get(self._tenant_claim)
        if (
            not isinstance(tenant, str)
            or not tenant
            or len(tenant) > _TENANT_LIMIT
            or not tenant.replace("-", "").replace("_", "").isalnum()
        ):
            raise Unauthenticated(f"the sign-in token has no usable claim {self._tenant_claim}")
        return Caller(kind="user", subject=str(claims["sub"]), tenant=tenant), expires

    async def _key(self, key_id: str) -> Any:
        if key_id not in self._keys:
            async with self._lock:
                fresh = self._fetched_at is not None and self._clock.monotonic() - self._fetched_at < _REFETCH_AFTER
                if key_id not in self._keys and not fresh:
                    await self._fetch()
        try:
            return self._keys[key_id]
        except KeyError:
            raise Unauthenticated("the sign-in token was signed by a key its issuer does not publish") from None

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                url = self._jwks_url
                if url is None:
                    discovery = await client.get(f"{self.issuer}/.well-known/openid-configuration")
                    url = cast("str", discovery.raise_for_status().json()["jwks_uri"])
                document = (await client.get(url)).raise_for_status().json()
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Unavailable("the sign-in issuer's keys cannot be fetched") from error
        keys: dict[str, Any] = {}
        for jwk in document.get("keys", []):
            if jwk.get("use", "sig") == "sig":
                try:
                    keys[jwk.get("kid", "")] = jwt.PyJWK(jwk).key
                except jwt.PyJWTError:
                    continue  # a key of a kind we do not know is no reason to refuse the others
        self._keys = keys
        self._fetched_at = self._clock.monotonic()


def check_times(claims: dict[str, Any], clock: Clock) -> float:
    """Return `exp`; refuse a token that is expired or not yet valid on `clock`, with thirty seconds' leeway."""
    now = clock.now().timestamp()
    try:
        expires, starts = float(claims["exp"]), float(claims.get("nbf", 0))
    except (KeyError, TypeError, ValueError):
        raise Unauthenticated("the token has no usable expiry") from None
    if expires + LEEWAY_SECONDS <= now:
        raise Unauthenticated("the token has expired; get a new one")
    if starts - LEEWAY_SECONDS > now:
        raise Unauthenticated("the token is not valid yet; check the clocks")
    return expires
