"""Amazon sends a new client secret by its notification."""

from dataclasses import dataclass

from account_svc.application.commands.offer_next_secret import NewSecret, OfferNextSecret
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.domain.errors import ApplicationNotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRotatedSecret:
    """Gives the secret to every application of that LWA client; being told twice has no effect twice."""

    applications: ApplicationRegistry
    offer: OfferNextSecret

    async def __call__(self, client_id: str, new: NewSecret) -> None:
        """Return when it is stored; raise `ApplicationNotFoundError`, `InvalidInputError`, `Conflict`, `Unavailable`."""
        meant = [application.id for application in await self.applications.all() if application.client_id == client_id]
        if not meant:
            raise ApplicationNotFoundError(is_default=False)
        for application_id in meant:
            await self.offer(application_id, new)
