"""token-svc asks for an account's credentials."""

from dataclasses import dataclass, field

from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.credential_audit import CredentialAudit
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.application.queries.read_application_credentials import ApplicationCredentials, Reader, open_application
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.errors import AccountNotFoundError
from account_svc.domain.identifiers import AccountId
from account_svc.domain.sealed import refresh_token_place
from svc_kit.clock import Clock
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCredentials:
    """An account with its secrets open."""

    account: SellingPartnerAccount
    application: ApplicationCredentials
    refresh_token: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCredentials:
    """Opens the secrets of an account, and writes down that it did before it hands them out."""

    accounts: AccountRepository
    applications: ApplicationRegistry
    vault: SecretVault
    audit: CredentialAudit
    clock: Clock

    async def __call__(self, account_id: AccountId, reader: Reader) -> AccountCredentials:
        """Return the credentials of a usable account.

        Raises `AccountNotFoundError`, `AmazonNotConnectedError`, `ReauthorizationRequiredError`,
        `ApplicationNotFoundError`, `Unavailable`: what cannot be written down is not handed out.
        """
        tenant = await self.accounts.tenant_of(account_id)
        account = await self.accounts.get(tenant, account_id) if tenant else None
        if tenant is None or account is None:
            raise AccountNotFoundError
        sealed = account.usable_refresh_token()
        application = await open_application(self.vault, await self.applications.get(account.application))
        refresh_token = await self.vault.open(refresh_token_place(tenant, account.id), sealed)
        use = CredentialUse(
            tenant=tenant,
            account=account.id,
            application=account.application,
            caller=reader.caller,
            purpose="account_credentials",
            request_id=reader.request_id,
            at=self.clock.now(),
        )
        await self.audit.record(use)
        return AccountCredentials(account=account, application=application, refresh_token=refresh_token)
