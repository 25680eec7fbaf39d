"""Amazon refused an account's refresh token."""

from dataclasses import dataclass
from typing import Final

from account_svc.application.commands.change_account import change_account
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.domain.account import Failure, SellingPartnerAccount
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.events import AccountEvent, ReauthorizationBecameRequired
from account_svc.domain.identifiers import AccountId
from svc_kit.clock import Clock

# LWA's word for "revoked, expired, or never ours": final. Every other error is ours or passes.
_FINAL: Final = "invalid_grant"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAuthorizationFailure:
    """Marks the account as one to authorise again: once, with one event, however often it is told."""

    accounts: AccountRepository
    clock: Clock

    async def __call__(self, account_id: AccountId, error: str, description: str, refresh_token_version: int) -> None:
        """Change nothing for errors other than invalid_grant, and for a refresh token that is not the current one.

        Raises `AccountNotFoundError`, `Unavailable`.
        """
        tenant = await self.accounts.tenant_of(account_id)
        if tenant is None:
            raise AccountNotFoundError
        if error != _FINAL:
            return
        detail = "".join(character for character in description if character.isprintable())[:_LONGEST]

        def decide(account: SellingPartnerAccount) -> tuple[SellingPartnerAccount, tuple[AccountEvent, ...]]:
            failed = account.fail_authorization(Failure(code=error, detail=detail, at=self.clock.now()), refresh_token_version)
            return failed, (ReauthorizationBecameRequired(failed, error),)

        await change_account(self.accounts, tenant, account_id, decide)
