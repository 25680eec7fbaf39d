"""Where short-lived credentials come from."""

from typing import Protocol

from spapi_gateway.domain.credentials import Credential, CredentialNeed
from svc_kit.errors import Unavailable


class CredentialUnavailableError(Unavailable):
    """The issuer answered, and said that it cannot issue now (Amazon's token service is down, …)."""


class CredentialSource(Protocol):
    """Issues credentials (token-svc in production)."""

    async def issue(self, need: CredentialNeed, *, rejected_sha256: str | None = None) -> Credential:
        """Return a credential that is valid now, with the account it belongs to (none for a grantless token).

        `rejected_sha256` is the SHA-256 (hex) of a token Amazon refused: the answer is another one. Asking twice is
        harmless. Raises `CallRefusedError` when the account cannot have one (`account_not_found`, `amazon_not_connected`,
        `reauthorization_required`), `CredentialUnavailableError` when the issuer says that it cannot now (with a hint when
        to try again), `Unavailable` when the issuer cannot be reached, `Timeout` when it is silent.
        """
        ...
