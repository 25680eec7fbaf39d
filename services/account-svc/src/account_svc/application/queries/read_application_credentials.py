"""token-svc asks for an application's credentials."""

from dataclasses import dataclass, field

from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.credential_audit import CredentialAudit
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.application import Application
from account_svc.domain.credential_use import CredentialUse
from account_svc.domain.identifiers import SYSTEM_TENANT, ApplicationId
from account_svc.domain.sealed import client_secret_place
from svc_kit.clock import Clock
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads secrets, in which request."""

    caller: str
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCredentials:
    """An application with its secrets open."""

    application: Application
    client_secret: Secret = field(repr=False)
    client_secret_next: Secret | None = field(repr=False)


async def open_application(vault: SecretVault, application: Application) -> ApplicationCredentials:
    """Return the application with its secrets open. Raises `Unavailable`."""
    place, waiting = client_secret_place(application.id), application.client_secret_next
    return ApplicationCredentials(
        application=application,
        client_secret=await vault.open(place, application.client_secret),
        client_secret_next=await vault.open(place, waiting) if waiting else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadApplicationCredentials:
    """Opens the secrets of an application, and writes down that it did before it hands them out."""

    applications: ApplicationRegistry
    vault: SecretVault
    audit: CredentialAudit
    clock: Clock

    async def __call__(self, application_id: ApplicationId, reader: Reader) -> ApplicationCredentials:
        """Raise `ApplicationNotFoundError`, `Unavailable`: what cannot be written down is not handed out."""
        credentials = await open_application(self.vault, await self.applications.get(application_id))
        use = CredentialUse(
            tenant=SYSTEM_TENANT,
            account=None,
            application=application_id,
            caller=reader.caller,
            purpose="application_credentials",
            request_id=reader.request_id,
            at=self.clock.now(),
        )
        await self.audit.record(use)
        return credentials
