"""Who seals and opens secrets."""

from typing import Protocol

from account_svc.domain.identifiers import TenantId
from account_svc.domain.sealed import Sealed, SecretPlace
from svc_kit.secret import Secret


class SecretVault(Protocol):
    """Encrypts secrets so that they open only in their place."""

    async def seal(self, place: SecretPlace, secret: Secret) -> Sealed:
        """Return the secret as it may be stored; twice the same gives different bytes. Raises `Unavailable`."""
        ...

    async def open(self, place: SecretPlace, sealed: Sealed) -> Secret:
        """Return the secret sealed for exactly this place.

        Raises `Unavailable`; anything that was not sealed for this place is a broken store: `VaultBrokenError`.
        """
        ...

    async def shred(self, tenant: TenantId) -> None:
        """Destroy for good the means to open anything sealed for the tenant so far; nobody else's is touched.

        What is sealed for the tenant later opens again. Twice is the same as once. Other processes may open what they
        opened before for another five minutes. Raises `Unavailable`.
        """
        ...


class VaultBrokenError(Exception):
    """A stored secret cannot be opened in its place: tampered with, moved, or its key is gone. An operator must look."""
