"""The record of who read which credentials."""

from typing import Protocol

from account_svc.domain.credential_use import CredentialUse


class CredentialAudit(Protocol):
    """Only ever grows: one chain of entries a tenant, numbered from 1."""

    async def record(self, use: CredentialUse) -> None:
        """Write the use down, for good, as the next entry of its tenant's chain; return only when it is stored.

        Uses that are recorded at the same time come one after the other, in any order. The first of a tenant is noted
        in the system's chain as well. Raises `Unavailable`; nothing is written then.
        """
        ...
