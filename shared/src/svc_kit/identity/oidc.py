"""End users' tokens from any OpenID Connect issuer (OpenID Connect Core 1.0)."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

import jwt

from svc_kit.clock import Clock
from svc_kit.identity.caller import Caller, Unauthenticated
from svc_kit.identity.oidc_keys import ALGORITHMS, IssuerKeys

LEEWAY_SECONDS: Final = 30
_TENANT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class OidcVerifier:
    """Verifies signature, issuer, audience and times of an end user's token, and takes the tenant from a claim.

    The claim may lie within others: `app_metadata.tenant_id`, unless a claim of that very name is there.
    """

    def __init__(self, *, issuer: str, audience: str, jwks_url: str | None, tenant_claim: str, clock: Clock) -> None:
        self.issuer = issuer
        self._audience = audience
        self._tenant_claim = tenant_claim
        self._clock = clock
        self._keys = IssuerKeys(issuer, jwks_url, clock)

    async def verify(self, token: str, key_id: str | None) -> tuple[Caller, float]:
        """Return the caller and the token's expiry (seconds since the epoch).

        Raises `Unauthenticated` for a bad token and `Unavailable` when the issuer's keys cannot be fetched.
        """
        key = await self._keys.get(key_id or "")
        try:
            if jwt.get_unverified_header(token).get("alg") not in ALGORITHMS:
                raise jwt.InvalidAlgorithmError("the algorithm is not one that issuers sign with")
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self.issuer,
                options={"require": ["exp", "iss", "aud", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"the sign-in token was refused: {error}") from error
        expires = check_times(claims, self._clock)
        tenant = self._tenant_of(claims)
        if not isinstance(tenant, str) or not _TENANT.fullmatch(tenant):
            raise Unauthenticated(f"the sign-in token has no usable claim {self._tenant_claim}")
        return Caller(kind="user", subject=str(claims["sub"]), tenant=tenant), expires

    def _tenant_of(self, claims: Mapping[str, Any]) -> object:
        if self._tenant_claim in claims:
            return claims[self._tenant_claim]
        found: object = claims
        for name in self._tenant_claim.split("."):
            found = cast("Mapping[str, object]", found).get(name) if isinstance(found, Mapping) else None
        return found


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
