"""Connections that begin at Amazon: the Appstore's "Authorize now", and the renewal of an authorisation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.continue_appstore_login import ContinueAppstoreLogin
from account_svc.application.commands.receive_appstore_login import ReceiveAppstoreLogin
from account_svc.domain.appstore_login import LoginTickets
from account_svc.domain.oauth_state import BrowserBinding

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AppstoreUseCases:
    """One field per use case."""

    receive: ReceiveAppstoreLogin
    proceed: ContinueAppstoreLogin

    @classmethod
    def over(cls, ports: "Ports", *, binding: BrowserBinding, consent_override: str | None) -> "AppstoreUseCases":
        """Return the use cases on these ports."""
        tickets = LoginTickets(binding.key)
        return cls(
            receive=ReceiveAppstoreLogin(tickets=tickets, clock=ports.clock, consent_override=consent_override),
            proceed=ContinueAppstoreLogin(
                accounts=ports.accounts,
                applications=ports.applications,
                states=ports.states,
                tokens=ports.tokens,
                binding=binding,
                tickets=tickets,
                clock=ports.clock,
                consent_override=consent_override,
            ),
        )
