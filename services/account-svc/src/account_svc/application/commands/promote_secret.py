"""The next client secret becomes the current one."""

from dataclasses import dataclass

from account_svc.application.commands.change_application import change_application
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import ApplicationId
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteSecret:
    """Moves the next secret up: because an operator says so, or because Amazon no longer accepts the current one."""

    applications: ApplicationRegistry
    clock: Clock

    async def __call__(self, application_id: ApplicationId) -> Application:
        """Raise `ApplicationNotFoundError`, `NoNextSecretError`, `Conflict`, `Unavailable`."""

        async def decide(known: Application) -> tuple[Application, tuple[ApplicationSecretRotated, ...]]:
            return known.promote_secret(), ()

        return await change_application(self.applications, application_id, decide)

    async def all_due(self) -> None:
        """Move up every next secret whose predecessor has run out. Raises `Conflict`, `Unavailable`."""

        async def decide(known: Application) -> tuple[Application, tuple[ApplicationSecretRotated, ...]]:
            return (known.promote_secret() if known.is_promotion_due(self.clock.now()) else known), ()

        for application in await self.applications.all():
            if application.is_promotion_due(self.clock.now()):
                await change_application(self.applications, application.id, decide)
