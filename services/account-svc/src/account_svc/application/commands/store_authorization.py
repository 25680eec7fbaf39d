"""Credentials have arrived: seal them and make, or renew, their account."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.account import Authorization, Identity, SellingPartnerAccount, Signing
from account_svc.domain.events import AccountConnected
from account_svc.domain.identifiers import AccountId, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import refresh_token_place
from svc_kit.clock import Clock
from svc_kit.errors import Conflict, Unavailable
from svc_kit.ids import IdFactory
from svc_kit.secret import Secret

_ATTEMPTS: Final = 5
_PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAuthorization:
    """What a connection brings, with the refresh token still open; `authorized_at` where the seller consented just now."""

    refresh_token: Secret
    application: ApplicationId
    marketplaces: tuple[str, ...]
    name: str | None = None
    signing: Signing | None = None
    role: Role | None = field(default=None)
    authorized_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAuthorization:
    """Makes the account active with new credentials: upsert on (tenant, kind, selling partner, region).

    Two at once for the same seller both succeed, one after the other, on one account. A short loss of the database is
    ridden out, because the code that gave the refresh token cannot be exchanged again.
    """

    accounts: AccountRepository
    vault: SecretVault
    clock: Clock
    ids: IdFactory

    async def __call__(self, identity: Identity, given: GivenAuthorization) -> SellingPartnerAccount:
        """Return the account as stored; `account.connected` leaves with it. Raises `Conflict`, `Unavailable`."""
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self._store(identity, given)
            except (Conflict, Unavailable):
                await self.clock.sleep(_PAUSE_SECONDS * attempt)
        return await self._store(identity, given)

    async def _store(self, identity: Identity, given: GivenAuthorization) -> SellingPartnerAccount:
        known = await self.accounts.find(identity)
        account_id = known.id if known else AccountId(self.ids.new())
        sealed = await self.vault.seal(refresh_token_place(identity.tenant, account_id), given.refresh_token)
        authorization = Authorization(
            refresh_token=sealed,
            application=given.application,
            marketplaces=given.marketplaces,
            name=given.name,
            signing=given.signing,
            role=given.role,
            authorized_at=given.authorized_at,
        )
        now = self.clock.now()
        account = known.reconnect(authorization, now) if known else SellingPartnerAccount.create(account_id, identity, authorization, now)
        await self.accounts.save(account, AccountConnected(account))
        return account
