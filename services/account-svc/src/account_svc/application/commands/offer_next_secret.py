"""A new client secret is there, and the old one still works for a while."""

from dataclasses import dataclass
from datetime import datetime

from account_svc.application.commands.change_application import change_application
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.secret_vault import SecretVault
from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.client_secret import require_client_secret
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.sealed import client_secret_place
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """What Amazon issued; `old_expires_at` is until when the one before works."""

    secret: Secret
    expires_at: datetime
    old_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferNextSecret:
    """Puts a secret into the next slot, with one event; the same again changes nothing."""

    applications: ApplicationRegistry
    vault: SecretVault

    async def __call__(self, application_id: ApplicationId, new: NewSecret) -> Application:
        """Return the application; raise `ApplicationNotFoundError`, `InvalidInputError`, `Conflict`, `Unavailable`."""
        require_client_secret(new.secret)
        place = client_secret_place(application_id)

        async def decide(known: Application) -> tuple[Application, tuple[ApplicationSecretRotated, ...]]:
            for sealed in (known.client_secret, known.client_secret_next):
                if sealed is not None and await self.vault.open(place, sealed) == new.secret:
                    return known, ()
            sealed = await self.vault.seal(place, new.secret)
            changed = known.with_next_secret(sealed, expires_at=new.expires_at, current_expires_at=new.old_expires_at)
            return changed, (ApplicationSecretRotated(changed),)

        return await change_application(self.applications, application_id, decide)
