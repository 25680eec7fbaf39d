"""The applications by which we are known to Amazon."""

from collections.abc import Sequence
from dataclasses import dataclass

from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.application import Application
from account_svc.domain.identifiers import ApplicationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListApplications:
    """Shows them to operators; the secrets stay sealed."""

    applications: ApplicationRegistry

    async def __call__(self) -> Sequence[Application]:
        """Raise `Unavailable`."""
        return await self.applications.all()

    async def one(self, application_id: ApplicationId) -> Application:
        """Raise `ApplicationNotFoundError`, `Unavailable`."""
        return await self.applications.get(application_id)
