"""Makes an access token out of a stored refresh token."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import Conflict, DomainError, PortError
from token_svc.application.careful_use import DOUBTFUL, CarefulUse
from token_svc.application.lending import borrowed
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.lwa_client import GrantRefused, LwaAnswer, LwaClient, RequestRefused
from token_svc.application.ports.refresh_leases import RefreshLease
from token_svc.application.retry import Chance
from token_svc.application.rotation_keeper import RotationKeeper
from token_svc.application.secret_slots import SecretSlots
from token_svc.application.shared_grants import Minting
from token_svc.domain import errors
from token_svc.domain.credentials import AccountCredentials
from token_svc.domain.entry import Entry, Trouble
from token_svc.domain.grant import Grant

_VERSIONS: Final = 3
_ASK_ACCOUNT_AGAIN: Final = timedelta(seconds=10)


@dataclass(slots=True, kw_only=True)
class AccessMint:
    """Refreshes an account's access token; called under the lock, once for everyone.

    A rotated refresh token is stored before the access token leaves. A refresh token that Amazon refused is reported
    once and not sent again; only a newer version in account-svc ends that.
    """

    source: CredentialSource
    lwa: LwaClient
    slots: SecretSlots
    rotations: RotationKeeper
    careful: CarefulUse
    clock: Clock
    journal: Journal
    chance: Chance = random.random

    async def mint(self, account_id: str, minting: Minting) -> Entry:
        """Return an entry with a new grant, or with the trouble that the seller must connect again."""
        await self.rotations.settle(account_id)
        credentials = await borrowed(self.source.account(account_id))
        for _ in range(_VERSIONS):
            credentials.account.require_usable()
            if (known := self._refused_before(credentials, minting)) is not None:
                return await self._refused(credentials, known.detail, is_reported=known.is_reported)
            credentials, lease = await self._begin(credentials, minting)
            asked_at = self.clock.now()
            try:
                answer = await self._ask(credentials, minting, lease)
            except GrantRefused as error:
                newer = await borrowed(self.source.account(account_id))
                if newer.refresh_token_version == credentials.refresh_token_version:
                    return await self._refused(newer, error.detail, is_reported=False)
                credentials = newer
                continue
            except RequestRefused as error:
                raise errors.lwa_unavailable(30) from error
            is_kept = answer.refresh_token is None or answer.refresh_token == credentials.refresh_token
            is_ours = is_kept or await self.rotations.store(credentials, answer.refresh_token, minting.fence)
            await self.careful.end(lease)
            if is_ours:
                grant = Grant.create(answer.access_token, issued_at=asked_at, expires_in=answer.expires_in, jitter=self.chance())
                return Entry(grant=grant, account=credentials.account)
            credentials = await borrowed(self.source.account(account_id))
        raise errors.lwa_unavailable()

    async def _begin(self, credentials: AccountCredentials, minting: Minting) -> tuple[AccountCredentials, RefreshLease | None]:
        """Return the credentials that are stored by the time they may be used, and the right to use them."""
        while True:
            try:
                return credentials, await self.careful.begin(credentials, minting)
            except Conflict:  # somebody else's refresh stored a newer refresh token
                credentials = await borrowed(self.source.account(credentials.account.id))

    async def _ask(self, credentials: AccountCredentials, minting: Minting, lease: RefreshLease | None) -> LwaAnswer:
        """Return Amazon's answer; the lease then goes on, for what comes of the answer, but ends with a refusal that is beyond doubt."""
        region = credentials.account.region
        try:
            return await self.slots.ask(
                credentials.application,
                lambda client, seconds: self.lwa.refresh(client, credentials.refresh_token, region=region, seconds=seconds),
                minting.deadline,
                final=DOUBTFUL if credentials.rotates_refresh_tokens else (),
            )
        except (DomainError, PortError) as error:
            if not isinstance(error.__cause__, DOUBTFUL):
                await self.careful.end(lease)
            raise

    def _refused_before(self, credentials: AccountCredentials, minting: Minting) -> Trouble | None:
        trouble = minting.previous.trouble if minting.previous is not None else None
        return trouble if trouble is not None and trouble.credential_version == credentials.refresh_token_version else None

    async def _refused(self, credentials: AccountCredentials, reason: str, *, is_reported: bool) -> Entry:
        if not is_reported:
            is_reported = await self._report(credentials, reason)
        refusal = errors.reauthorization_required()
        trouble = Trouble(
            code=refusal.code,
            detail=refusal.detail,
            until=self.clock.now() + _ASK_ACCOUNT_AGAIN,
            credential_version=credentials.refresh_token_version,
            is_reported=is_reported,
        )
        return Entry(trouble=trouble, account=credentials.account)

    async def _report(self, credentials: AccountCredentials, reason: str) -> bool:
        account_id, version = credentials.account.id, credentials.refresh_token_version
        self.journal.warning("authorization_refused", account=account_id, refresh_token_version=version)
        try:
            await self.source.report_authorization_failure(
                account_id, error="invalid_grant", description=reason, refresh_token_version=version
            )
        except (PortError, DomainError) as error:
            self.journal.warning("authorization_failure_not_reported", account=account_id, error=type(error).__name__)
            return False
        return True
