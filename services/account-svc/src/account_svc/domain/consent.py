"""The address of Amazon's consent page."""

from urllib.parse import quote, urlencode

from account_svc.domain.application import Application
from account_svc.domain.marketplaces import Central, Marketplace


def consent_url(application: Application, marketplace: Marketplace, central: Central, state: str, override: str | None) -> str:
    """Return where the seller's browser is sent to give consent, every value percent-encoded.

    The host is the marketplace's central, or `override` (scheme and host) where one is set. A draft application needs
    `version=beta`, else Amazon answers MD1000 (SP-API "Authorization errors").
    """
    base = override or f"https://{marketplace.consent_host(central)}"
    query = {"application_id": application.spapi_application_id, "state": state, "redirect_uri": application.redirect_uri}
    if application.is_draft:
        query["version"] = "beta"
    return f"{base}/apps/authorize/consent?{urlencode(query, quote_via=quote, safe='')}"
