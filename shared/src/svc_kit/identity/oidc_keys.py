"""The public keys of an OpenID Connect issuer, as they change (RFC 7517)."""

import asyncio
from typing import Any, Final, cast

import httpx
import jwt

from svc_kit.clock import Clock
from svc_kit.errors import Unavailable
from svc_kit.identity.caller import Unauthenticated

ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "ES256", "ES384", "PS256", "EdDSA"})
_REFETCH_AFTER: Final = 10.0
_RETRY_AFTER: Final = 2.0
_STALE_AFTER: Final = 600.0
_TIMEOUT: Final = 5.0


class IssuerKeys:
    """Keys by key id, from `jwks_url` or the issuer's discovery document.

    An unknown key id has them fetched again, at most every ten seconds (two after a failure): a rotated key works at once, and
    neither forged key ids nor an issuer that is away make a flood. Keys older than ten minutes are fetched again, so that
    one the issuer withdrew ends; while the issuer is away those that are known still serve.
    """

    def __init__(self, issuer: str, jwks_url: str | None, clock: Clock) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at: float | None = None
        self._is_away = False
        self._lock = asyncio.Lock()

    async def get(self, key_id: str) -> jwt.PyJWK:
        """Return the key; raise `Unauthenticated` when the issuer has none of that id, `Unavailable` when it cannot be asked."""
        key = self._keys.get(key_id)
        if key is None or (self._is_older_than(_STALE_AFTER) and not self._lock.locked()):
            async with self._lock:
                if self._is_older_than(_RETRY_AFTER if self._is_away else _REFETCH_AFTER):
                    await self._refresh()
            key = self._keys.get(key_id)
        if key is not None:
            return key
        if self._is_away:
            raise Unavailable("the sign-in issuer's keys cannot be fetched", retry_after=_RETRY_AFTER)
        raise Unauthenticated("the sign-in token was signed by a key its issuer does not publish")

    def _is_older_than(self, seconds: float) -> bool:
        return self._asked_at is None or self._clock.monotonic() - self._asked_at >= seconds

    async def _refresh(self) -> None:
        try:
            self._keys = _signing_keys(await self._fetch())
            self._is_away = False
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError):
            self._is_away = True  # those who need a key that is not known are told so
        finally:
            self._asked_at = self._clock.monotonic()

    async def _fetch(self) -> Any:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            url = self._jwks_url
            if url is None:
                found = (await client.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status().json()
                if found["issuer"] != self._issuer:  # OpenID Connect Discovery 1.0 section 4.3
                    raise ValueError("the discovery document is another issuer's")
                url = cast("str", found["jwks_uri"])
            return (await client.get(url)).raise_for_status().json()


def _signing_keys(document: Any) -> dict[str, jwt.PyJWK]:
    keys: dict[str, jwt.PyJWK] = {}
    for jwk in document["keys"]:
        if jwk.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(jwk)
        except jwt.PyJWTError:
            continue  # a key of a kind we do not know is no reason to refuse the others
        if key.algorithm_name in ALGORITHMS:  # never a shared secret, however it is published
            keys[jwk.get("kid", "")] = key
    return keys
