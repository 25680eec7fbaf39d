"""All that concerns Amazon Ads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from account_svc.application.commands.refresh_advertising import RefreshAdvertising
from account_svc.application.commands.register_ads_account import RegisterAdsAccount
from account_svc.application.commands.start_ads_connection import StartAdsConnection
from account_svc.application.queries.get_ads_profile import GetAdsProfile
from account_svc.application.queries.list_advertising import ListAdvertising
from account_svc.domain.ads_consent import AdsConsent
from account_svc.domain.oauth_state import BrowserBinding

if TYPE_CHECKING:
    from account_svc.application.use_cases import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsUseCases:
    """One field per use case."""

    start_connection: StartAdsConnection
    listed: ListAdvertising
    profile: GetAdsProfile
    register: RegisterAdsAccount

    @classmethod
    def over(cls, ports: "Ports", *, binding: BrowserBinding, consent: AdsConsent) -> "AdsUseCases":
        """Return the use cases on these ports."""
        p = ports
        refresh = RefreshAdvertising(accounts=p.accounts, directory=p.ads_directory, store=p.ads_store, clock=p.clock)
        listed = ListAdvertising(refresh=refresh, store=p.ads_store)
        return cls(
            start_connection=StartAdsConnection(
                applications=p.applications, states=p.states, tokens=p.tokens, binding=binding, clock=p.clock, consent=consent
            ),
            listed=listed,
            profile=GetAdsProfile(profiles=listed),
            register=RegisterAdsAccount(accounts=p.accounts, directory=p.ads_directory, store=p.ads_store, clock=p.clock),
        )
