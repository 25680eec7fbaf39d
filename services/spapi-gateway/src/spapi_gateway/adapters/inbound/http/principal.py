"""Who stands at a door."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import jwt

from spapi_gateway.domain.credentials import RestrictedResource
from svc_kit.clock import Clock
from svc_kit.identity import Caller, Directory, ServiceDirectory, Unauthenticated

_ISSUER: Final = "token-svc"
_SELF: Final = "spapi-gateway"
_AUDIENCE: Final = "spapi-gateway"
RESTRICTED_USE: Final = "rdt"
_USES: Final = {_ISSUER: "spapi", _SELF: RESTRICTED_USE}
_SCOPE: Final = "spapi:call"
_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of one call: a user or service, its tenant (None: a service for all), the account its token is bound to."""

    kind: str
    subject: str
    tenant: str | None
    account_id: str | None = None
    restricted: tuple[RestrictedResource, ...] = ()


def of_caller(caller: Caller) -> Principal:
    """Return the principal of a bearer token at the explicit door."""
    return Principal(kind=caller.kind, subject=caller.subject, tenant=caller.tenant)


class SellerportTokens:
    """Verifies the tokens that SDKs send as `x-amz-access-token`: for here, bound to service and account.

    token-svc signs the ordinary ones; the gateway itself signs the handles for restricted data, which also name resources.

    A token is good as long as it lives and the service it was made for may still call (directory). Verified tokens are
    remembered by their SHA-256 until the directory changes.
    """

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._current = directory.current()
        self._clock = clock
        self._verified: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    def verify(self, token: str) -> Principal:
        """Return whom the token speaks for; raise `Unauthenticated`."""
        directory = self._directory.current()
        if directory is not self._current:
            self._current = directory
            self._verified.clear()
        fingerprint = hashlib.sha256(token.encode()).digest()
        known = self._verified.get(fingerprint)
        if known is not None:
            if self._clock.monotonic() < known[0]:
                return known[1]
            del self._verified[fingerprint]
        now = self._clock.now().timestamp()
        expires, principal = _check(token, directory, now)
        self._verified[fingerprint] = (self._clock.monotonic() + expires - now, principal)
        if len(self._verified) > _KEPT:
            self._verified.popitem(last=False)
        return principal


def _check(token: str, directory: ServiceDirectory, now: float) -> tuple[float, Principal]:
    try:
        key_id = str(jwt.get_unverified_header(token).get("kid", ""))
        issuer = _SELF if key_id in directory.keys.get(_SELF, {}) else _ISSUER
        key = directory.keys.get(issuer, {})[key_id]
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=_AUDIENCE,
            issuer=issuer,
            options={"require": ["exp", "sub", "aud", "iss"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        expires = float(claims["exp"])
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        raise Unauthenticated("x-amz-access-token is no Sellerport token; get one from POST /auth/o2/token of token-svc") from None
    subject, account_id, tenant = claims["sub"], claims.get("account_id"), claims.get("tenant")
    if claims.get("use") != _USES[issuer] or not (isinstance(account_id, str) and isinstance(tenant, str) and account_id and tenant):
        raise Unauthenticated("the token in x-amz-access-token was made for another purpose")
    if now >= expires:
        raise Unauthenticated("the Sellerport token has expired; get a new one from POST /auth/o2/token")
    if _SCOPE not in directory.grants.get((subject, _AUDIENCE), frozenset()):
        raise Unauthenticated("the service this token was made for may no longer call the gateway")
    restricted = tuple(RestrictedResource(method, path, tuple(data)) for method, path, data in claims.get("resources", []))
    return expires, Principal(kind="service", subject=subject, tenant=tenant, account_id=account_id, restricted=restricted)
