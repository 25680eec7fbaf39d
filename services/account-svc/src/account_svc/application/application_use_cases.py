"""What operators do with LWA applications, and what Amazon does with their secrets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.drop_next_secret import DropNextSecret
from account_svc.application.commands.offer_next_secret import OfferNextSecret
from account_svc.application.commands.promote_secret import PromoteSecret
from account_svc.application.commands.put_application import PutApplication
from account_svc.application.commands.take_rotated_secret import TakeRotatedSecret
from account_svc.application.queries.list_applications import ListApplications

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationUseCases:
    """One field per use case."""

    list: ListApplications
    put: PutApplication
    offer_next_secret: OfferNextSecret
    take_rotated_secret: TakeRotatedSecret
    promote_secret: PromoteSecret
    drop_next_secret: DropNextSecret

    @classmethod
    def over(cls, ports: "Ports") -> "ApplicationUseCases":
        """Return the use cases on these ports."""
        registry, vault, clock = ports.applications, ports.vault, ports.clock
        offer = OfferNextSecret(applications=registry, vault=vault)
        return cls(
            list=ListApplications(applications=registry),
            put=PutApplication(applications=registry, vault=vault, clock=clock),
            offer_next_secret=offer,
            take_rotated_secret=TakeRotatedSecret(applications=registry, offer=offer),
            promote_secret=PromoteSecret(applications=registry, clock=clock),
            drop_next_secret=DropNextSecret(applications=registry),
        )
