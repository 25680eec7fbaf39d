"""A tenant changes what it may of an account."""

from dataclasses import dataclass

from account_svc.application.commands.change_account import change_account
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.account_patch import AccountPatch
from account_svc.domain.events import AccountEvent, AccountUpdated
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAccount:
    """Applies a patch to the newest state of the account; what changes nothing leaves no event."""

    accounts: AccountRepository
    clock: Clock

    async def __call__(self, tenant: TenantId, account_id: AccountId, patch: AccountPatch) -> SellingPartnerAccount:
        """Raise `AccountNotFoundError`, `InvalidInputError`, `AmazonNotConnectedError`, `Conflict`, `Unavailable`."""

        def decide(account: SellingPartnerAccount) -> tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]:
            changed = patch.applied_to(account, self.clock.now())
            return changed, (AccountUpdated(changed),)

        return await change_account(self.accounts, tenant, account_id, decide)
