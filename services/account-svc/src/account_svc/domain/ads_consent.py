"""Login with Amazon's consent pages for the Ads API (Amazon Ads "Authorization grants")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from account_svc.domain.application import Application
from account_svc.domain.region import Region

CONSENT_URLS: Final = {
    Region.NA: "https://www.amazon.com",
    Region.EU: "https://eu.account.amazon.com",
    Region.FE: "https://apac.account.amazon.com",
}
MANAGE_CAMPAIGNS: Final = "advertising::campaign_management"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsConsent:
    """Where consent is asked for, by region, and for what (`scope`: by spaces)."""

    urls: Mapping[Region, str]
    scope: str = MANAGE_CAMPAIGNS

    def url(self, application: Application, region: Region, state: str, challenge: str) -> str:
        """Return where the browser is sent, every value percent-encoded."""
        query = {
            "client_id": application.client_id,
            "scope": self.scope,
            "response_type": "code",
            "redirect_uri": application.redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.urls[region]}/ap/oa?{urlencode(query, quote_via=quote, safe='')}"

    def is_granted(self, scope: str | None) -> bool:
        """Return whether the scope that came back (None: none was told) holds all that was asked for."""
        return scope is None or set(self.scope.split()) <= set(scope.split())
