"""Amazon rotated a refresh token: token-svc brings the new one."""

from dataclasses import dataclass

from account_svc.application.commands.change_account import change_account
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.events import AccountEvent, AccountUpdated
from account_svc.domain.identifiers import AccountId, TenantId
from account_svc.domain.refresh_token import require_refresh_token
from account_svc.domain.sealed import refresh_token_place
from svc_kit.clock import Clock
from svc_kit.errors import Conflict
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceRefreshToken:
    """Compare-and-set: of several callers who read the same version exactly one replaces it."""

    accounts: AccountRepository
    vault: SecretVault
    clock: Clock

    async def __call__(self, account_id: AccountId, expected_version: int, token: Secret) -> int:
        """Return the new version.

        Raises `VersionConflictError`, `AmazonNotConnectedError`, `AccountNotFoundError`, `InvalidInputError`, `Unavailable`.
        """
        require_refresh_token(token)
        tenant = await self.accounts.tenant_of(account_id)
        if tenant is None:
            raise AccountNotFoundError
        try:
            return await self._replace(tenant, account_id, expected_version, token)
        except Conflict:
            # The data key may have been replaced between sealing and storing: the token is sealed anew, once.
            return await self._replace(tenant, account_id, expected_version, token)

    async def _replace(self, tenant: TenantId, account_id: AccountId, expected_version: int, token: Secret) -> int:
        sealed = await self.vault.seal(refresh_token_place(tenant, account_id), token)

        def decide(account: SellingPartnerAccount) -> tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]:
            rotated = account.rotate_refresh_token(sealed, expected_version, self.clock.now())
            return rotated, (AccountUpdated(rotated),)

        return (await change_account(self.accounts, tenant, account_id, decide)).refresh_token_version
