"""An advertiser wants to connect: where to send the browser."""

from dataclasses import dataclass

from account_svc.application.commands.start_connection import StartedConnection
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.oauth_state_store import OAuthStateStore
from account_svc.application.ports.random_tokens import RandomTokens
from account_svc.domain.account import AccountKind
from account_svc.domain.ads_consent import AdsConsent
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import DEFAULT_ADS_APPLICATION, ApplicationId, TenantId
from account_svc.domain.marketplaces import find_marketplace
from account_svc.domain.oauth_state import ADS_LIFETIME, BrowserBinding, OAuthState, state_hash
from account_svc.domain.pkce import challenge_of
from account_svc.domain.region import Region, parse_region
from account_svc.domain.return_path import parse_return_path
from svc_kit.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class AdsConnectionRequest:
    """What the advertiser asks for: a region, or a marketplace in it."""

    tenant: TenantId
    user: str
    region: str | None = None
    marketplace: str | None = None
    application: ApplicationId = DEFAULT_ADS_APPLICATION
    return_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAdsConnection:
    """Remembers a new connection and says where consent is given: Login with Amazon, by region, with PKCE."""

    applications: ApplicationRegistry
    states: OAuthStateStore
    tokens: RandomTokens
    binding: BrowserBinding
    clock: Clock
    consent: AdsConsent

    async def __call__(self, request: AdsConnectionRequest) -> StartedConnection:
        """Raise `InvalidInputError` (region, marketplace, return path, kind of application), `ApplicationNotFoundError`, `Unavailable`."""
        region, marketplace = _place(request.region, request.marketplace)
        return_to = parse_return_path(request.return_to)
        application = await self.applications.get(request.application)
        application.require_kind(AccountKind.ADVERTISING)
        state, browser_secret = self.tokens.new(), self.tokens.new()
        challenge = challenge_of(self.binding.pkce_verifier(state.reveal()))
        hashed, now = state_hash(state.reveal()), self.clock.now()
        remembered = OAuthState(
            hash=hashed,
            browser_proof=self.binding.proof(hashed, browser_secret),
            tenant=request.tenant,
            user=request.user,
            central=None,
            region=region,
            marketplace=marketplace,
            application=application.id,
            return_to=return_to,
            expires_at=now + ADS_LIFETIME,
            kind=AccountKind.ADVERTISING,
        )
        await self.states.add(remembered, now)
        return StartedConnection(
            authorization_url=self.consent.url(application, region, state.reveal(), challenge),
            expires_at=remembered.expires_at,
            lifetime=ADS_LIFETIME,
            state_hash=hashed,
            browser_secret=browser_secret,
        )


def _place(region: str | None, marketplace: str | None) -> tuple[Region, str | None]:
    if marketplace is None:
        if region is None:
            raise InvalidInputError("region_missing", "name the region (NA, EU or FE) to connect Amazon Ads in, or a marketplace")
        return parse_region(region), None
    found = find_marketplace(marketplace)
    if region is not None and parse_region(region) is not found.region:
        raise InvalidInputError("marketplace_region_mismatch", f"the marketplace lies in region {found.region}")
    return found.region, found.id
