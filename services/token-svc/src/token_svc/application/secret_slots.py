"""An LWA application has two secrets while one is being rotated."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from svc_kit.errors import PortError
from svc_kit.secret import Secret
from token_svc.application.deadline import Deadline
from token_svc.application.ports.journal import Journal
from token_svc.application.ports.lwa_client import ClientRejected, GrantRefused, LwaClientId, RequestRefused
from token_svc.application.retry import Retrier
from token_svc.domain import errors
from token_svc.domain.credentials import ApplicationCredentials

T = TypeVar("T")
_ADS: Final = "advertising"


class SecretSlots:
    """Asks LWA as an application, with the slot that worked last first, and the other when Amazon refuses it."""

    def __init__(self, *, retry: Retrier, journal: Journal) -> None:
        self._retry = retry
        self._journal = journal
        self._worked: dict[str, str] = {}

    async def ask(
        self,
        application: ApplicationCredentials,
        request: Callable[[LwaClientId, float], Awaitable[T]],
        deadline: Deadline,
        *,
        final: tuple[type[PortError], ...] = (),
    ) -> T:
        """Return what `request(client, seconds)` does with the first secret that Amazon accepts.

        Refuses with `application_credentials_rejected`, and alarms the operators, when Amazon accepts none; with
        `lwa_unavailable` when Amazon does not serve within the deadline, or fails in one of the ways `final`, which are
        not tried again (the refusal's cause is that failure). `GrantRefused` and `RequestRefused` pass.
        """
        last: ClientRejected | None = None
        for secret in self._in_order(application):
            client = LwaClientId(client_id=application.client_id, client_secret=secret, is_for_ads=application.kind == _ADS)
            try:
                result = await self._retry(partial(request, client), deadline, final=final)
            except ClientRejected as error:
                last = error
                continue
            except (GrantRefused, RequestRefused):
                raise
            except PortError as error:
                raise errors.lwa_unavailable(error.retry_after) from error
            self._remember(application, secret)
            return result
        self._journal.alarm("application_credentials_rejected", application=application.id, slots=len(application.secrets))
        raise errors.application_rejected() from last

    def _in_order(self, application: ApplicationCredentials) -> list[Secret]:
        worked = self._worked.get(application.id)
        return sorted(application.secrets, key=lambda secret: secret.fingerprint() != worked)

    def _remember(self, application: ApplicationCredentials, secret: Secret) -> None:
        known = self._worked.get(application.id)
        if secret != application.client_secret and known != secret.fingerprint():
            self._journal.warning("next_client_secret_in_use", application=application.id)
        self._worked[application.id] = secret.fingerprint()
