"""Where an account goes when nothing of it may stay."""

from typing import Protocol

from account_svc.domain.events import AccountErased


class AccountErasure(Protocol):
    """Removes accounts for good."""

    async def erase(self, event: AccountErased) -> None:
        """Remove the event's account and all that is stored under it, and let the event leave, in one transaction.

        The record of credential uses stays: it names the account's id, and no secret. Raises `Conflict`, removing nothing,
        when the account is not stored in the version before the event's, or not at all: of several at once exactly one
        succeeds. Raises `Unavailable`.
        """
        ...
