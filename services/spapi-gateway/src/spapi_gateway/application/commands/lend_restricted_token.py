"""A caller wants a restricted data token (RDT) of its own."""

import asyncio
from typing import Final

from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.domain.credentials import CredentialKind, CredentialNeed, RestrictedResource
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import Clock
from svc_kit.errors import Timeout

TEMPLATE: Final = "/tokens/2021-03-01/restrictedDataToken"
"""The operation createRestrictedDataToken, which the gateway answers itself."""
_MOST: Final = 50


class LendRestrictedToken:
    """Sees to it that Amazon grants the RDT, and says for how long; the token itself stays here.

    The caller gets a handle for the same resources; a call that shows it is made with the RDT (tokens API model 2021-03-01).
    """

    def __init__(self, credentials: CredentialCache, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock

    async def __call__(self, account_id: str, resources: tuple[RestrictedResource, ...], seconds: float) -> int:
        """Return the seconds the RDT lives.

        Raises `CallRefusedError`: `invalid_restricted_resources`, or what Amazon says through the credential's issuer.
        """
        if not 1 <= len(resources) <= _MOST or not all(resource.path.startswith("/") for resource in resources):
            raise CallRefusedError("invalid_restricted_resources", f"Name 1 to {_MOST} restrictedResources, each path from the root.")
        need = CredentialNeed(CredentialKind.RESTRICTED, account_id, resources=resources)
        try:
            async with asyncio.timeout(seconds):
                credential = self._credentials.peek(need) or await self._credentials.get(need)
        except TimeoutError:
            raise Timeout("the deadline passed while the restricted data token was being fetched") from None
        return max(0, int(credential.expires_at - self._clock.now().timestamp()))
