"""Where LWA applications are registered."""

from typing import Protocol

from account_svc.domain.application import Application
from account_svc.domain.identifiers import ApplicationId


class ApplicationRegistry(Protocol):
    """Keeps the applications by which we are known to Amazon; they belong to no tenant."""

    async def get(self, application_id: ApplicationId) -> Application:
        """Return the application; raise `ApplicationNotFoundError` when there is none, `Unavailable`."""
        ...

    async def put(self, application: Application) -> None:
        """Store the application, in place of one with the same id; the same again changes nothing. Raises `Unavailable`."""
        ...
