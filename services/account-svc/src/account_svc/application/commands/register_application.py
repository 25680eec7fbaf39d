"""The operator's settings name an application."""

from dataclasses import dataclass

from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.application import Application
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import Sealed, client_secret_place
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSettings:
    """An application as the environment describes it."""

    spapi_application_id: str
    client_id: str
    client_secret: Secret
    redirect_uri: str
    is_draft: bool = False
    role_arn: str | None = None
    id: ApplicationId = DEFAULT_APPLICATION


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterApplication:
    """Makes the stored application what the settings say; a next secret that is waiting stays."""

    applications: ApplicationRegistry
    vault: SecretVault

    async def __call__(self, settings: ApplicationSettings) -> None:
        """Safe to repeat, and from every replica at once. Raises `Unavailable`."""
        sealed = await self.vault.seal(client_secret_place(settings.id), settings.client_secret)
        application = Application(
            id=settings.id,
            name=settings.id,
            spapi_application_id=settings.spapi_application_id,
            client_id=settings.client_id,
            redirect_uri=settings.redirect_uri,
            client_secret=sealed,
            client_secret_next=await self._waiting_secret(settings.id),
            is_draft=settings.is_draft,
            role=Role(arn=settings.role_arn) if settings.role_arn else None,
        )
        await self.applications.put(application)

    async def _waiting_secret(self, application_id: ApplicationId) -> Sealed | None:
        try:
            return (await self.applications.get(application_id)).client_secret_next
        except ApplicationNotFoundError:
            return None
