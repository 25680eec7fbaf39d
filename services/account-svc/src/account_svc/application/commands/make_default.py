"""A tenant names the account that is meant when none is named."""

from dataclasses import dataclass

from account_svc.application.commands.change_account import change_account
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.events import AccountEvent, AccountUpdated
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDefault:
    """Makes the account its tenant's default of its kind, in place of the one there was; twice is the same as once."""

    accounts: AccountRepository
    clock: Clock

    async def __call__(self, tenant: TenantId, account_id: AccountId) -> SellingPartnerAccount:
        """Raise `AccountNotFoundError`, `AmazonNotConnectedError`, `Conflict`, `Unavailable`."""

        def decide(account: SellingPartnerAccount) -> tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]:
            chosen = account.make_default(self.clock.now())
            return chosen, (AccountUpdated(chosen),)

        return await change_account(self.accounts, tenant, account_id, decide)
