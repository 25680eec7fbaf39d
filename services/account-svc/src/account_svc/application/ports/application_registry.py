"""Where LWA applications are registered."""

from collections.abc import Sequence
from typing import Protocol

from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import ApplicationId


class ApplicationRegistry(Protocol):
    """Keeps the applications by which we are known to Amazon; they belong to no tenant."""

    async def get(self, application_id: ApplicationId) -> Application:
        """Return the application; raise `ApplicationNotFoundError` when there is none, `Unavailable`."""
        ...

    async def all(self) -> Sequence[Application]:
        """Return every application, in order of id. Raises `Unavailable`."""
        ...

    async def save(self, application: Application, *events: ApplicationSecretRotated) -> None:
        """Store the application and, in the same transaction, its events.

        Version 1 is a new application; version n replaces n - 1. Raises `Conflict`, storing nothing, when the stored
        version is another, or a secret is sealed under a data key that is gone: of several writers at once exactly one
        succeeds. Raises `Unavailable`.
        """
        ...
