"""The operator's settings name an application."""

from dataclasses import dataclass, replace

from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.account import AccountKind
from account_svc.domain.application import SECRET_LIFE, Application
from account_svc.domain.application_facts import ApplicationFacts
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId
from account_svc.domain.role import Role
from account_svc.domain.sealed import client_secret_place
from svc_kit.clock import Clock
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
    kind: AccountKind = AccountKind.SELLING_PARTNER


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterApplication:
    """Makes the stored application what the settings say.

    A secret that was rotated since the settings were written stays: it gives way only to a secret that is new in the settings.
    """

    applications: ApplicationRegistry
    vault: SecretVault
    clock: Clock

    async def __call__(self, settings: ApplicationSettings) -> None:
        """Safe to repeat, and from every replica at once. Raises `InvalidInputError`, `Conflict`, `Unavailable`."""
        facts = ApplicationFacts(
            name=settings.id,
            spapi_application_id=settings.spapi_application_id,
            client_id=settings.client_id,
            redirect_uri=settings.redirect_uri,
            is_draft=settings.is_draft,
            role=Role(arn=settings.role_arn) if settings.role_arn else None,
            kind=settings.kind,
        )
        told = settings.client_secret.fingerprint()
        try:
            known = await self.applications.get(settings.id)
        except ApplicationNotFoundError:
            await self.applications.save(replace(await self._made(facts, settings), configured_secret=told))
            return
        changed = facts.applied_to(known)
        if known.configured_secret != told:
            made = await self._made(facts, settings)
            changed = replace(changed, client_secret=made.client_secret, secret_expires_at=made.secret_expires_at, configured_secret=told)
        if changed != known:
            await self.applications.save(replace(changed, version=known.version + 1))

    async def _made(self, facts: ApplicationFacts, settings: ApplicationSettings) -> Application:
        sealed = await self.vault.seal(client_secret_place(settings.id), settings.client_secret)
        return facts.created(settings.id, sealed, self.clock.now() + SECRET_LIFE)
