"""Sees to it that a rotated refresh token is never lost."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from svc_kit.clock import Clock
from svc_kit.errors import Conflict, DomainError, PortError
from svc_kit.secret import Secret
from token_svc.application.lending import borrowed
from token_svc.application.ports.credential_source import CredentialSource
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.token_cache import TokenCache
from token_svc.domain import errors
from token_svc.domain.cache_key import CacheKey
from token_svc.domain.credentials import AccountCredentials
from token_svc.domain.entry import Entry
from token_svc.domain.grant import Grant
from token_svc.domain.rotation import PendingRotation

_KEPT: Final = timedelta(hours=24)


@dataclass(slots=True, kw_only=True)
class RotationKeeper:
    """Writes rotated refresh tokens to account-svc; each is kept, sealed, in the shared store until it is there.

    The storing goes on when the request that caused it is given up: nobody else has the new token.
    """

    source: CredentialSource
    cache: TokenCache
    clock: Clock
    journal: Journal
    _storing: set[asyncio.Task[bool]] = field(default_factory=set[asyncio.Task[bool]])

    async def store(self, credentials: AccountCredentials, refresh_token: Secret | None, fence: int) -> bool:
        """Store the rotated token; return False when account-svc holds a newer one, which is then the one to use.

        Refuses with `account_service_unavailable` when it cannot be stored now; it is kept, and `settle` stores it later.
        """
        if refresh_token is None:
            return True
        task = asyncio.ensure_future(self._store(credentials, refresh_token, fence))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        return await asyncio.shield(task)

    async def _store(self, credentials: AccountCredentials, refresh_token: Secret, fence: int) -> bool:
        account_id = credentials.account.id
        pending = PendingRotation(refresh_token=refresh_token, expected_version=credentials.refresh_token_version)
        kept = await self._keep(account_id, pending, fence)
        try:
            is_stored = await self._write_back(account_id, pending)
        except PortError as error:
            effect = "kept, and tried again every few seconds"
            self.journal.alarm("rotated_refresh_token_not_stored", account=account_id, effect=effect)
            raise errors.account_service_unavailable(error.retry_after) from error
        await self._write(account_id, Entry(fence=kept.fence))
        return is_stored

    async def settle(self, account_id: str) -> None:
        """Store what could not be stored before, if anything; refuse with `account_service_unavailable` when it still cannot."""
        entry = self.cache.peek(_key(account_id))
        if entry is None or entry.grant is None or not entry.grant.secret:
            return
        pending = PendingRotation.unpacked(entry.grant.secret)
        is_stored = await borrowed(self._write_back(account_id, pending))
        self.journal.info("rotated_refresh_token_settled", account=account_id, is_stored=is_stored)
        await self._write(account_id, Entry(fence=entry.fence + 1))

    async def settle_all(self) -> None:
        """Store all that could not be stored before; what still cannot waits for the next time."""
        for key in [key for key, entry in self.cache.known() if key.kind == "rotation" and entry.grant is not None]:
            try:
                await self.settle(key.owner)
            except (PortError, DomainError) as error:
                self.journal.warning("rotation_still_waits", account=key.owner, error=type(error).__name__)

    async def close(self, seconds: float) -> None:
        """Return when all that is being stored has come to an end, after `seconds` at the latest."""
        if self._storing:
            await asyncio.wait(self._storing, timeout=seconds)

    async def _write_back(self, account_id: str, pending: PendingRotation) -> bool:
        try:
            await self.source.replace_refresh_token(
                account_id, expected_version=pending.expected_version, refresh_token=pending.refresh_token
            )
        except Conflict:
            self.journal.info("newer_refresh_token_found", account=account_id, expected_version=pending.expected_version)
            return False
        return True

    async def _keep(self, account_id: str, pending: PendingRotation, fence: int) -> Entry:
        known = self.cache.peek(_key(account_id))
        grant = Grant.create(pending.packed(), issued_at=self.clock.now(), expires_in=_KEPT.total_seconds())
        entry = Entry(grant=grant, fence=max(fence, known.fence if known else 0))
        await self._write(account_id, entry)
        return entry

    async def _write(self, account_id: str, entry: Entry) -> None:
        try:
            await self.cache.write(_key(account_id), entry)
        except (PortError, DomainError) as error:
            self.journal.warning("rotation_only_in_memory", account=account_id, error=type(error).__name__)


def _key(account_id: str) -> CacheKey:
    return CacheKey(kind="rotation", owner=account_id)
