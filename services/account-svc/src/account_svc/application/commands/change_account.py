"""Read, decide, store: again when somebody else was first."""

from collections.abc import Callable
from typing import Final

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.events import AccountEvent
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.errors import Conflict

_ATTEMPTS: Final = 5
Decision = Callable[[SellingPartnerAccount], tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]]


async def change_account(accounts: AccountRepository, tenant: TenantId, account_id: AccountId, decide: Decision) -> SellingPartnerAccount:
    """Return the account as it is after `decide`, which sees the newest state each time it is asked.

    A decision that returns the account it was given stores nothing. Raises `AccountNotFoundError`, what `decide` raises,
    `Conflict` when others were first five times running, `Unavailable`.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        account = await accounts.get(tenant, account_id)
        if account is None:
            raise AccountNotFoundError
        changed, events = decide(account)
        if changed is account:
            return account
        try:
            await accounts.save(changed, *events)
        except Conflict:
            if attempt == _ATTEMPTS:
                raise
        else:
            return changed
    raise AssertionError("the loop returns or raises")
