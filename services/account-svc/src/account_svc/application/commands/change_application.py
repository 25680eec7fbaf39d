"""Read, decide, store: again when somebody else was first."""

from collections.abc import Awaitable, Callable
from typing import Final

from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.application import Application
from account_svc.domain.application_events import ApplicationSecretRotated
from account_svc.domain.identifiers import ApplicationId
from svc_kit.errors import Conflict

_ATTEMPTS: Final = 5
Decision = Callable[[Application], Awaitable[tuple[Application, tuple[ApplicationSecretRotated, ...]]]]


async def change_application(registry: ApplicationRegistry, application_id: ApplicationId, decide: Decision) -> Application:
    """Return the application as it is after `decide`, which sees the newest state each time it is asked.

    A decision that returns the application it was given stores nothing. Raises `ApplicationNotFoundError`, what `decide`
    raises, `Conflict` when others were first five times running, `Unavailable`.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        application = await registry.get(application_id)
        changed, events = await decide(application)
        if changed is application:
            return application
        try:
            await registry.save(changed, *events)
        except Conflict:
            if attempt == _ATTEMPTS:
                raise
        else:
            return changed
    raise AssertionError("the loop returns or raises")
