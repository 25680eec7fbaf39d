"""A seller wants nothing of an account to stay."""

from dataclasses import dataclass
from typing import Final

from account_svc.application.ports.account_erasure import AccountErasure
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.events import AccountErased
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock
from svc_kit.errors import Conflict

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAccount:
    """Removes the account here, and by `account.erased` in every other service."""

    accounts: AccountRepository
    erasure: AccountErasure
    clock: Clock

    async def __call__(self, tenant: TenantId, account_id: AccountId) -> None:
        """Raise `AccountNotFoundError` (also when it was erased before), `Conflict` after five tries, `Unavailable`."""
        for attempt in range(1, _ATTEMPTS + 1):
            account = await self.accounts.get(tenant, account_id)
            if account is None:
                raise AccountNotFoundError
            try:
                return await self.erasure.erase(AccountErased(account.ended(self.clock.now())))
            except Conflict:
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError("the loop returns or raises")
