"""The record of who read which credentials."""

from typing import Protocol

from account_svc.domain.credential_use import CredentialUse


class CredentialAudit(Protocol):
    """Only ever grows."""

    async def record(self, use: CredentialUse) -> None:
        """Write the use down, for good; return only when it is stored. Raises `Unavailable`."""
        ...
