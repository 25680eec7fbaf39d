"""Connections under way, in memory."""

from datetime import datetime

from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.oauth_state import OAuthState
from svc_kit.errors import Unavailable


class MemoryOAuthStateStore:
    """Keeps states; `is_down` fails every call."""

    def __init__(self) -> None:
        self.states: dict[str, OAuthState] = {}
        self.is_down = False

    async def add(self, state: OAuthState, now: datetime) -> None:
        self._answer()
        expired = [known.hash for known in self.states.values() if known.tenant == state.tenant and known.expires_at <= now]
        for known_hash in expired:
            del self.states[known_hash]
        self.states[state.hash] = state

    async def consume(self, hashed_state: str, browser_proof: str | None) -> OAuthState:
        self._answer()
        state = self.states.get(hashed_state)
        if state is None:
            raise ConnectRefusedError("state_invalid", "The answer belongs to no connection under way; start connecting again.")
        if state.browser_proof != browser_proof:
            raise ConnectRefusedError("state_mismatch", "Another browser began this connection; finish it there, or start again here.")
        return self.states.pop(hashed_state)

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the connections under way cannot be reached")
