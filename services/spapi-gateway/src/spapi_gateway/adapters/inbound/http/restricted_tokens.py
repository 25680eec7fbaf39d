"""createRestrictedDataToken as callers see it: Amazon's request and answer, with a Sellerport handle in Amazon's token's place."""

from typing import Literal

import msgspec

from spapi_gateway.adapters.inbound.http.principal import RESTRICTED_USE, Principal
from spapi_gateway.domain.accounts import Account
from spapi_gateway.domain.credentials import RestrictedResource
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import Clock
from svc_kit.identity import ServiceTokenIssuer


class _Resource(msgspec.Struct, forbid_unknown_fields=True):
    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    dataElements: list[str] = []  # noqa: N815 - Amazon's name


class _Request(msgspec.Struct):
    # Unknown fields are passed over: python-amazon-sp-api repeats the parameters of the call to come, and Amazon bears it.
    restrictedResources: list[_Resource]  # noqa: N815 - Amazon's name
    targetApplication: str | None = None  # noqa: N815 - Amazon's name


def read_resources(body: bytes) -> tuple[RestrictedResource, ...]:
    """Return what the caller wants to read; raise `CallRefusedError` for anything that is no such request.

    `targetApplication` (delegation to another application) is refused: the token would have to leave the gateway.
    """
    try:
        request = msgspec.json.decode(body, type=_Request)
    except msgspec.MsgspecError as error:
        raise CallRefusedError("invalid_restricted_resources", f"The body is no createRestrictedDataToken request: {error}.") from None
    if request.targetApplication is not None:
        raise CallRefusedError("invalid_restricted_resources", "targetApplication is not supported: the token stays in the gateway.")
    return tuple(RestrictedResource(wanted.method, wanted.path, tuple(wanted.dataElements)) for wanted in request.restrictedResources)


class RestrictedHandles:
    """Makes handles: signed by the gateway, for the gateway, bound to service, account and resources, as long-lived as the RDT."""

    def __init__(self, issuer: ServiceTokenIssuer, service: str, clock: Clock) -> None:
        self._issuer = issuer
        self._service = service
        self._clock = clock

    def make(self, principal: Principal, account: Account, resources: tuple[RestrictedResource, ...], seconds: int) -> str:
        """Return a handle for `x-amz-access-token` at the drop-in door."""
        claims: dict[str, object] = {
            "iss": self._service,
            "aud": self._service,
            "sub": principal.subject,
            "use": RESTRICTED_USE,
            "account_id": account.id,
            "tenant": account.tenant,
            "resources": [[resource.method, resource.path, list(resource.data_elements)] for resource in resources],
            "exp": int(self._clock.now().timestamp()) + seconds,
        }
        return self._issuer.sign(claims)


class HandleAnswer:
    """The answer, in the shape of one of Amazon's."""

    status = 200
    is_at_end = False

    def __init__(self, handle: str, seconds: int) -> None:
        self._body = msgspec.json.encode({"restrictedDataToken": handle, "expiresIn": seconds})
        length = str(len(self._body))
        self.headers = [("content-type", "application/json"), ("content-length", length), ("cache-control", "no-store")]

    async def read(self) -> bytes:
        body, self._body = self._body, b""
        return body

    async def close(self) -> None:
        """Nothing is held open."""
