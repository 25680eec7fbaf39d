"""A seller wants to connect: where to send the browser."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.oauth_state_store import OAuthStateStore
from account_svc.application.ports.random_tokens import RandomTokens
from account_svc.domain.account import AccountKind
from account_svc.domain.consent import consent_url
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId, TenantId
from account_svc.domain.marketplaces import Central, find_marketplace
from account_svc.domain.oauth_state import LIFETIME, BrowserBinding, OAuthState, state_hash
from account_svc.domain.return_path import parse_return_path
from svc_kit.clock import Clock
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRequest:
    """What the seller asks for."""

    tenant: TenantId
    user: str
    central: Central
    marketplace: str
    application: ApplicationId = DEFAULT_APPLICATION
    return_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedConnection:
    """The consent page, and the secret that the browser must bring back until `expires_at`."""

    authorization_url: str
    expires_at: datetime
    lifetime: timedelta = LIFETIME
    state_hash: str
    browser_secret: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartConnection:
    """Remembers a new connection and says where consent is given.

    Every call is a connection of its own, so two tabs of a browser do not disturb each other.
    """

    applications: ApplicationRegistry
    states: OAuthStateStore
    tokens: RandomTokens
    binding: BrowserBinding
    clock: Clock
    consent_override: str | None

    async def __call__(self, request: ConnectionRequest) -> StartedConnection:
        """Raise `InvalidInputError` (marketplace, return path, kind of application), `ApplicationNotFoundError`, `Unavailable`."""
        marketplace = find_marketplace(request.marketplace)
        return_to = parse_return_path(request.return_to)
        application = await self.applications.get(request.application)
        application.require_kind(AccountKind.SELLING_PARTNER)
        state, browser_secret = self.tokens.new(), self.tokens.new()
        url = consent_url(application, marketplace, request.central, state.reveal(), self.consent_override)
        hashed, now = state_hash(state.reveal()), self.clock.now()
        remembered = OAuthState(
            hash=hashed,
            browser_proof=self.binding.proof(hashed, browser_secret),
            tenant=request.tenant,
            user=request.user,
            central=request.central,
            region=marketplace.region,
            marketplace=marketplace.id,
            application=application.id,
            return_to=return_to,
            expires_at=now + LIFETIME,
        )
        await self.states.add(remembered, now)
        return StartedConnection(
            authorization_url=url,
            expires_at=remembered.expires_at,
            lifetime=LIFETIME,
            state_hash=hashed,
            browser_secret=browser_secret,
        )
