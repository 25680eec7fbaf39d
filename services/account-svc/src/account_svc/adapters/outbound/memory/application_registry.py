"""LWA applications in memory."""

from collections.abc import Sequence

from account_svc.domain.application import Application, not_found
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import ApplicationId
from svc_kit.errors import Conflict, Unavailable


class MemoryApplicationRegistry:
    """Keeps applications and the events that left with them; `is_down` fails every call."""

    def __init__(self) -> None:
        self.applications: dict[ApplicationId, Application] = {}
        self.events: list[ApplicationSecretRotated] = []
        self.is_down = False

    async def get(self, application_id: ApplicationId) -> Application:
        self._answer()
        try:
            return self.applications[application_id]
        except KeyError:
            raise not_found(application_id) from None

    async def all(self) -> Sequence[Application]:
        self._answer()
        return [self.applications[application_id] for application_id in sorted(self.applications)]

    async def save(self, application: Application, *events: ApplicationSecretRotated) -> None:
        self._answer()
        stored = self.applications.get(application.id)
        if (stored.version if stored else 0) != application.version - 1:
            raise Conflict("the application was changed in the meantime")
        self.applications[application.id] = application
        self.events.extend(events)

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the applications cannot be reached")
