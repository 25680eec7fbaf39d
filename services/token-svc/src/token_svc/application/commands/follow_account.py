"""What becomes of cached credentials when an account changes."""

from dataclasses import dataclass, replace
from typing import Final

from token_svc.application.commands.clear_cache import ClearCache
from token_svc.application.ports.account_floors import AccountFloors
from token_svc.application.ports.token_cache import TokenCache
from token_svc.domain.account import Account
from token_svc.domain.cache_key import CacheKey, Kind

_ROLE_BOUND: Final[frozenset[Kind]] = frozenset({"aws_session"})


@dataclass(slots=True, kw_only=True)
class FollowAccount:
    """Keeps the cache in step with account-svc; being told twice, or late, harms nothing. Every method raises `Unavailable`."""

    cache: TokenCache
    floors: AccountFloors
    clear: ClearCache

    async def changed(self, account: Account) -> None:
        """Forget what an update made wrong.

        An update that leaves the account as the cached token knows it (a stored rotation, which this service caused
        itself) keeps the tokens: dropping them would cause the next rotation, and that the next update, without end.
        """
        entry = self.cache.peek(CacheKey.access(account.id))
        if entry is not None and entry.account is not None and replace(entry.account, version=account.version) != account:
            await self.floors.raise_to(account.id, account.version)
        await self.clear(account.id, reason="account updated", kinds=_ROLE_BOUND)

    async def renewed(self, account: Account) -> None:
        """Let only what was made from this version of the account, or a later one, count: its authorisation is another now."""
        await self.floors.raise_to(account.id, account.version)

    async def ended(self, account: Account, reason: str) -> None:
        """Forget everything issued for an account that is no longer connected.

        Told late, after the account was connected again, it leaves what was made since.
        """
        await self.floors.raise_to(account.id, account.version)
        entry = self.cache.peek(CacheKey.access(account.id))
        if entry is None or entry.account is None or entry.account.version <= account.version:
            await self.clear(account.id, reason=reason)
