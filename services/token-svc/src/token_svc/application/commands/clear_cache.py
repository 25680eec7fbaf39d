"""Forgets tokens."""

from collections.abc import Collection
from dataclasses import dataclass

from token_svc.application.account_lookup import AccountLookup
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.token_cache import TokenCache
from token_svc.domain.cache_key import Kind


@dataclass(slots=True, kw_only=True)
class ClearCache:
    """Forgets, in all replicas, what was issued for an account: it was disconnected, changed, or an operator wants it."""

    cache: TokenCache
    accounts: AccountLookup
    journal: Journal

    async def __call__(self, account_id: str | None = None, *, reason: str, kinds: Collection[Kind] | None = None) -> int:
        """Forget one account's grants (None: all accounts') of `kinds` (None: all) and return how many.

        Doing it twice is harmless. Raises `Unavailable`.
        """
        self.accounts.forget(account_id)
        count = await self.cache.remove(account_id, kinds=kinds)
        self.journal.info("cache_cleared", account=account_id, entries=count, reason=reason)
        return count
