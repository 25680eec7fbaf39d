"""Where connections under way are remembered."""

from datetime import datetime
from typing import Protocol

from account_svc.domain.oauth_state import OAuthState


class OAuthStateStore(Protocol):
    """Keeps states until they are used, once, or expire."""

    async def add(self, state: OAuthState, now: datetime) -> None:
        """Store the state, and forget the tenant's expired ones. Raises `Unavailable`."""
        ...

    async def consume(self, hashed_state: str, browser_proof: str | None) -> OAuthState:
        """Remove and return the state that was begun by the browser with this proof, expired or not.

        Raises `ConnectRefusedError` with the code `state_invalid` when there is none (unknown or used before), or
        `state_mismatch` when another browser began it: then it stays for the right one. Of several callers at once
        exactly one gets it. Raises `Unavailable`.
        """
        ...
