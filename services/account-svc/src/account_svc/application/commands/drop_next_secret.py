"""The next client secret was a mistake."""

from dataclasses import dataclass

from account_svc.application.commands.change_application import change_application
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import ApplicationId


@dataclass(frozen=True, slots=True, kw_only=True)
class DropNextSecret:
    """Empties the next slot; an empty one stays empty."""

    applications: ApplicationRegistry

    async def __call__(self, application_id: ApplicationId) -> Application:
        """Raise `ApplicationNotFoundError`, `Conflict`, `Unavailable`."""

        async def decide(known: Application) -> tuple[Application, tuple[ApplicationSecretRotated, ...]]:
            return known.drop_next_secret(), ()

        return await change_application(self.applications, application_id, decide)
