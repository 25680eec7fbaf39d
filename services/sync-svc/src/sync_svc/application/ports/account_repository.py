"""Where the projection of the accounts is kept."""

from typing import Protocol

from sync_svc.domain.account import Account
from sync_svc.domain.events import DomainEvent


class AccountRepository(Protocol):
    """The accounts of the transaction's tenant."""

    async def lock(self, account_id: str) -> Account | None:
        """Return the account, tombstones included, or None; nobody else changes it, or its absence, until the transaction ends."""
        ...

    async def get(self, account_id: str) -> Account | None:
        """Return the account, or None when the tenant has none of that id; an erased one is None."""
        ...

    async def save(self, account: Account, *events: DomainEvent) -> None:
        """Store the account in place of what was there; the events leave with the transaction, in this order."""
        ...

    async def all(self) -> list[Account]:
        """Return every account but the erased ones, in order of id."""
        ...

    async def erase_data(self, account_id: str) -> None:
        """Remove everything that hangs on the account: runs, orders, inventory, freshness; twice is harmless.

        A page that another transaction is storing meanwhile is waited for and removed as well; the caller holds the
        account's lock, so that no run is opened until the transaction ends.
        """
        ...
