"""A seller ends a connection."""

from dataclasses import dataclass

from account_svc.application.commands.change_account import change_account
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.events import AccountDisconnected, AccountEvent
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class DisconnectAccount:
    """Erases the account's secrets and keeps its row; twice is the same as once, with one event."""

    accounts: AccountRepository
    clock: Clock

    async def __call__(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount:
        """Raise `AccountNotFoundError`, `Unavailable`."""

        def decide(account: SellingPartnerAccount) -> tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]:
            ended = account.disconnect(self.clock.now())
            return ended, (AccountDisconnected(ended),)

        return await change_account(self.accounts, tenant, account_id, decide)
