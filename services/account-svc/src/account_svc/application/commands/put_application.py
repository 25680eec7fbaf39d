"""An operator registers an LWA application, or changes what is known of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from account_svc.application.commands.change_application import change_application
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.application import SECRET_LIFE, Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.application_facts import ApplicationFacts
from account_svc.domain.errors import ApplicationNotFoundError, InvalidInputError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.sealed import client_secret_place
from svc_kit.clock import Clock
from svc_kit.errors import Conflict
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class PutApplication:
    """Makes the application what it is said to be; its secret stays unless one is given, a waiting one always."""

    applications: ApplicationRegistry
    vault: SecretVault
    clock: Clock

    async def __call__(
        self, application_id: ApplicationId, facts: ApplicationFacts, secret: Secret | None, secret_expires_at: datetime | None
    ) -> tuple[Application, bool]:
        """Return the application and whether it is new.

        A given secret is expected to work for 180 days unless `secret_expires_at` says otherwise. Raises
        `InvalidInputError` (a new application without a secret), `Conflict`, `Unavailable`.
        """
        expires_at = secret_expires_at or (self.clock.now() + SECRET_LIFE if secret is not None else None)

        async def decide(known: Application) -> tuple[Application, tuple[ApplicationSecretRotated, ...]]:
            changed = facts.applied_to(known)
            if secret is not None and not await self._is_current(known, secret):
                sealed = await self.vault.seal(client_secret_place(application_id), secret)
                changed = changed.with_secret(sealed, expires_at)
            elif secret_expires_at is not None:
                changed = replace(changed, secret_expires_at=secret_expires_at)
            return (known if changed == known else replace(changed, version=known.version + 1)), ()

        try:
            return await change_application(self.applications, application_id, decide), False
        except ApplicationNotFoundError:
            if secret is None:
                raise InvalidInputError("client_secret_missing", "a new application needs its client_secret") from None
        sealed = await self.vault.seal(client_secret_place(application_id), secret)
        made = facts.created(application_id, sealed, expires_at)
        try:
            await self.applications.save(made)
        except Conflict:  # somebody else made it in the meantime
            return await change_application(self.applications, application_id, decide), False
        return made, True

    async def _is_current(self, known: Application, secret: Secret) -> bool:
        return await self.vault.open(client_secret_place(known.id), known.client_secret) == secret
