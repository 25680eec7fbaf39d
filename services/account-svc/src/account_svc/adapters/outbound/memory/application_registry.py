"""LWA applications in memory."""

from account_svc.domain.application import Application
from account_svc.domain.errors import ApplicationNotFoundError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId
from svc_kit.errors import Unavailable


class MemoryApplicationRegistry:
    """Keeps applications; `is_down` fails every call."""

    def __init__(self) -> None:
        self.applications: dict[ApplicationId, Application] = {}
        self.is_down = False

    async def get(self, application_id: ApplicationId) -> Application:
        self._answer()
        try:
            return self.applications[application_id]
        except KeyError:
            raise ApplicationNotFoundError(is_default=application_id == DEFAULT_APPLICATION) from None

    async def put(self, application: Application) -> None:
        self._answer()
        self.applications[application.id] = application

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("the applications cannot be reached")
