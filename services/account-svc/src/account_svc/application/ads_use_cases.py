"""All that concerns Amazon Ads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.start_ads_connection import StartAdsConnection
from account_svc.domain.ads_consent import AdsConsent
from account_svc.domain.oauth_state import BrowserBinding

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsUseCases:
    """One field per use case."""

    start_connection: StartAdsConnection

    @classmethod
    def over(cls, ports: "Ports", *, binding: BrowserBinding, consent: AdsConsent) -> "AdsUseCases":
        """Return the use cases on these ports."""
        p = ports
        return cls(
            start_connection=StartAdsConnection(
                applications=p.applications, states=p.states, tokens=p.tokens, binding=binding, clock=p.clock, consent=consent
            ),
        )
