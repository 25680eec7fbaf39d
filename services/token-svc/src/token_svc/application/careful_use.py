"""A refresh token that Amazon replaces at each use must never be shown twice."""

from dataclasses import dataclass
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import PortError, Timeout
from token_svc.application.lending import borrowed
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.lwa_client import AnswerLost, Malformed
from token_svc.application.ports.refresh_leases import LeaseHeld, RefreshLease, RefreshLeases
from token_svc.application.retry import Chance
from token_svc.application.shared_grants import Minting
from token_svc.domain import errors
from token_svc.domain.credentials import AccountCredentials

# After these nobody can say whether Amazon has served the request, and with it replaced the refresh token.
DOUBTFUL: Final = (Timeout, AnswerLost, Malformed)
_PAUSE: Final = 0.1


@dataclass(slots=True, kw_only=True)
class CarefulUse:
    """Asks account-svc for the right to use a refresh token, where the shared lock does not protect it enough.

    That is: when there is no shared lock, because NATS is away; and always for an account whose refresh token Amazon has
    replaced before, because reuse of a replaced one would end the seller's authorisation. What came of a use that ended
    without word is not known; such a token is used again only when no token of the account lives any more.
    """

    leases: RefreshLeases
    clock: Clock
    journal: Journal
    chance: Chance
    seconds: float

    async def begin(self, credentials: AccountCredentials, minting: Minting) -> RefreshLease | None:
        """Return the right, waited for within the deadline; None when the shared lock is enough.

        Raises `Conflict` when another refresh token is stored by now. Refuses with `lwa_unavailable` when others do not
        finish in time, or while the outcome of an earlier use is in doubt and a token is still there to be served.
        """
        if minting.fence and not credentials.rotates_refresh_tokens:
            return None
        lease = await self._taken(credentials, minting)
        if lease.is_in_doubt and credentials.rotates_refresh_tokens:
            self.journal.warning("refresh_token_in_doubt", account=lease.account_id, version=credentials.refresh_token_version)
            if minting.has_token_to_serve(self.clock.now()):
                raise errors.lwa_unavailable(self.seconds)
        return lease

    async def end(self, lease: RefreshLease | None) -> None:
        """Free the refresh token: what came of the use is known."""
        if lease is None:
            return
        try:
            await self.leases.end(lease)
        except PortError as error:  # it ends by itself after its time
            self.journal.warning("refresh_lease_not_ended", account=lease.account_id, error=type(error).__name__)

    async def _taken(self, credentials: AccountCredentials, minting: Minting) -> RefreshLease:
        account_id, version = credentials.account.id, credentials.refresh_token_version
        while True:
            try:
                return await borrowed(self.leases.take(account_id, refresh_token_version=version, seconds=self.seconds))
            except LeaseHeld as held:
                pause = _PAUSE * (0.5 + self.chance())
                if pause >= minting.deadline.remaining():
                    raise errors.lwa_unavailable(held.retry_after) from held
                await self.clock.sleep(pause)
