"""Turns a bearer token into a caller, quickly."""

import hashlib
from collections import OrderedDict
from typing import Final, cast

import jwt

from svc_kit.clock import Clock
from svc_kit.identity.caller import Caller, Unauthenticated
from svc_kit.identity.directory import Directory, ServiceDirectory
from svc_kit.identity.oidc import LEEWAY_SECONDS, OidcVerifier, check_times

_CACHE_SIZE: Final = 10_000


class TokenVerifier:
    """Accepts service tokens made for exactly `audience`, and end users' tokens when `oidc` is given.

    A service's scopes are those the token names *and* the directory grants for this audience. A verified token is
    remembered by its SHA-256 until it expires (an Ed25519 check costs ~180 µs, a look-up 1.4 µs), or the directory changes:
    a key or grant that was taken out counts no more.
    """

    def __init__(self, audience: str, directory: Directory, oidc: OidcVerifier | None, clock: Clock) -> None:
        self._audience = audience
        self._directory = directory
        self._current = directory.current()
        self._oidc = oidc
        self._clock = clock
        self._verified: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    async def verify(self, bearer: str) -> Caller:
        """Return the caller; raise `Unauthenticated`, or `Unavailable` when the issuer's keys cannot be had."""
        directory = self._directory.current()
        if directory is not self._current:
            self._current = directory
            self._verified.clear()
        fingerprint = hashlib.sha256(bearer.encode()).digest()
        known = self._verified.get(fingerprint)
        if known is not None and self._clock.now().timestamp() < known[0] + LEEWAY_SECONDS:
            return known[1]
        caller, expires = await self._check(bearer, directory)
        if directory is self._current:
            self._verified[fingerprint] = (expires, caller)
        while len(self._verified) > _CACHE_SIZE:
            self._verified.popitem(last=False)
        return caller

    async def _check(self, bearer: str, directory: ServiceDirectory) -> tuple[Caller, float]:
        try:
            header = jwt.get_unverified_header(bearer)
            claims = jwt.decode(bearer, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise Unauthenticated("the bearer token is not a JWT") from None
        issuer = claims.get("iss")
        if isinstance(issuer, str) and issuer in directory.keys:
            return self._check_service(bearer, directory, issuer, str(header.get("kid", "")))
        if self._oidc is not None and issuer == self._oidc.issuer:
            return await self._oidc.verify(bearer, cast("str | None", header.get("kid")))
        raise Unauthenticated("the bearer token comes from an issuer that is not trusted here")

    def _check_service(self, bearer: str, directory: ServiceDirectory, issuer: str, key_id: str) -> tuple[Caller, float]:
        key = directory.keys[issuer].get(key_id)
        if key is None:
            raise Unauthenticated("the service token was signed by a key that is not in the directory")
        try:
            claims = jwt.decode(
                bearer,
                key,
                algorithms=["EdDSA"],
                audience=self._audience,
                options={"require": ["exp", "aud", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the service token was refused: {error}") from error
        is_exact = claims["aud"] == self._audience or issuer in directory.roaming
        if not is_exact or claims["sub"] != issuer or "use" in claims:
            raise Unauthenticated("the service token was made for another purpose")
        granted = directory.grants.get((issuer, self._audience), frozenset())
        asked = frozenset(str(claims.get("scope", "")).split())
        tenant = claims.get("tenant")
        caller = Caller(kind="service", subject=issuer, tenant=tenant if isinstance(tenant, str) else None, scopes=asked & granted)
        return caller, check_times(claims, self._clock)
