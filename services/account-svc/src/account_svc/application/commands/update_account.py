"""A tenant changes what it may of an account."""

from dataclasses import dataclass

from account_svc.application.commands.change_account import change_account
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.account import APPLICATION_CHANGED, AccountStatus, SellingPartnerAccount
from account_svc.domain.account_patch import UNCHANGED, AccountPatch
from account_svc.domain.events import AccountEvent, AccountUpdated, ReauthorizationBecameRequired
from account_svc.domain.identifiers import AccountId, TenantId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAccount:
    """Applies a patch to the newest state of the account; what changes nothing leaves no event."""

    accounts: AccountRepository
    applications: ApplicationRegistry
    clock: Clock

    async def __call__(self, tenant: TenantId, account_id: AccountId, patch: AccountPatch) -> SellingPartnerAccount:
        """Return the account; one that moves to another application must be authorised again, which is told.

        Raises `AccountNotFoundError`, `ApplicationNotFoundError`, `InvalidInputError`, `AmazonNotConnectedError`, `Conflict`,
        `Unavailable`.
        """
        application = await self.applications.get(patch.application) if patch.application is not UNCHANGED else None

        def decide(account: SellingPartnerAccount) -> tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]:
            if application is not None:
                application.require_kind(account.identity.kind)
            changed = patch.applied_to(account, self.clock.now())
            is_lost = changed.status is AccountStatus.REAUTHORIZATION_REQUIRED and account.status is AccountStatus.ACTIVE
            return changed, (ReauthorizationBecameRequired(changed, APPLICATION_CHANGED) if is_lost else AccountUpdated(changed),)

        return await change_account(self.accounts, tenant, account_id, decide)
