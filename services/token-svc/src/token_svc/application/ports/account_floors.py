"""From which version of an account on its tokens count."""

from typing import Protocol


class AccountFloors(Protocol):
    """Remembers, for all replicas, below which version of an account nothing issued for it is valid any more.

    A token is made from credentials that carry the account's version. Comparing versions, rather than deleting what is
    there, spares a token that was made from the very change that is being announced.
    """

    def of(self, account_id: str) -> int:
        """Return the lowest valid version this replica has heard of, 0 when there is no bound; at once."""
        ...

    async def raise_to(self, account_id: str, version: int) -> None:
        """Let nothing below `version` count; a lower or equal bound changes nothing.

        Raises `Unavailable` when the shared store does not answer; this replica holds to it all the same.
        """
        ...
