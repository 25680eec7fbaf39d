"""Who seals and opens secrets."""

from typing import Protocol

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


class VaultBrokenError(Exception):
    """A stored secret cannot be opened in its place: tampered with, moved, or its key is gone. An operator must look."""
