"""Two ways to the same credentials."""

from spapi_gateway.application.ports.credential_source import CredentialSource, CredentialUnavailableError
from spapi_gateway.domain.credentials import Credential, CredentialNeed
from svc_kit.errors import Unavailable


class FallbackCredentialSource:
    """Asks `first`; when that cannot be reached (not: when it refuses, or is silent for long), asks `second`."""

    def __init__(self, first: CredentialSource, second: CredentialSource) -> None:
        self._first = first
        self._second = second

    async def issue(self, need: CredentialNeed, *, rejected_sha256: str | None = None) -> Credential:
        try:
            return await self._first.issue(need, rejected_sha256=rejected_sha256)
        except CredentialUnavailableError:
            raise
        except Unavailable:
            return await self._second.issue(need, rejected_sha256=rejected_sha256)
