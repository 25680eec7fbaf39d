"""The seller whom Amazon sent has signed in: back to Amazon, with a state of ours."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from account_svc.application.commands.start_connection import StartedConnection
from account_svc.application.ports.account_repository import AccountRepository
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.oauth_state_store import OAuthStateStore
from account_svc.application.ports.random_tokens import RandomTokens
from account_svc.domain.account import Identity
from account_svc.domain.amazon_callback import AmazonCallback, parse_amazon_callback
from account_svc.domain.appstore_login import AppstoreLogin, LoginTickets
from account_svc.domain.errors import ConnectRefusedError, InvalidInputError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, ApplicationId, TenantId
from account_svc.domain.marketplaces import Marketplace, find_marketplace
from account_svc.domain.oauth_state import LIFETIME, BrowserBinding, OAuthState, state_hash
from account_svc.domain.return_path import parse_return_path
from svc_kit.clock import Clock
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginContinuation:
    """Who signed in, what the browser kept, and what only the seller can say."""

    tenant: TenantId
    user: str
    ticket: Secret | None
    marketplace: str | None = None
    application: ApplicationId = DEFAULT_APPLICATION
    return_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueAppstoreLogin:
    """Begins a connection as "Connect Amazon" does; it may only end with the selling partner whom Amazon named."""

    accounts: AccountRepository
    applications: ApplicationRegistry
    states: OAuthStateStore
    tokens: RandomTokens
    binding: BrowserBinding
    tickets: LoginTickets
    clock: Clock
    consent_override: str | None

    async def __call__(self, given: LoginContinuation) -> StartedConnection:
        """Return where to send the browser.

        Refuses with login_missing, login_invalid, login_expired; raises `InvalidInputError` (marketplace_required where
        the site serves several and the tenant has no such account; marketplace_site_mismatch), `ApplicationNotFoundError`,
        `Unavailable`.
        """
        if given.ticket is None:
            raise ConnectRefusedError("login_missing", "This browser brings nothing of Amazon's; start in Amazon's Appstore.")
        login = self.tickets.read(given.ticket, self.clock.now())
        callback = parse_amazon_callback(login.callback_uri, self.consent_override)
        marketplace = await self._marketplace(given, login, callback)
        return_to = parse_return_path(given.return_to)
        application = await self.applications.get(given.application)
        state, browser_secret = self.tokens.new(), self.tokens.new()
        hashed, now = state_hash(state.reveal()), self.clock.now()
        remembered = OAuthState(
            hash=hashed,
            browser_proof=self.binding.proof(hashed, browser_secret),
            tenant=given.tenant,
            user=given.user,
            central=callback.central,
            region=marketplace.region,
            marketplace=marketplace.id,
            application=application.id,
            return_to=return_to,
            expires_at=now + LIFETIME,
            selling_partner_id=login.selling_partner_id,
        )
        await self.states.add(remembered, now)
        query = {"redirect_uri": application.redirect_uri, "amazon_state": login.amazon_state, "state": state.reveal()}
        if login.is_beta or application.is_draft:
            query["version"] = "beta"
        url = f"{callback.uri}?{urlencode(query, quote_via=quote, safe='')}"
        return StartedConnection(authorization_url=url, expires_at=remembered.expires_at, state_hash=hashed, browser_secret=browser_secret)

    async def _marketplace(self, given: LoginContinuation, login: AppstoreLogin, callback: AmazonCallback) -> Marketplace:
        if given.marketplace is not None:
            named = find_marketplace(given.marketplace)
            if named not in callback.marketplaces:
                raise InvalidInputError("marketplace_site_mismatch", "marketplace is not one of the site that Amazon sent the seller from")
            return named
        if len(callback.marketplaces) == 1:
            return callback.marketplaces[0]
        known = await self._known(given.tenant, login, callback)
        if len(known) == 1:
            return known[0]
        served = ", ".join(place.country for place in callback.marketplaces)
        raise InvalidInputError("marketplace_required", f"Amazon's site serves several marketplaces; name one of {served}")

    async def _known(self, tenant: TenantId, login: AppstoreLogin, callback: AmazonCallback) -> list[Marketplace]:
        found: list[Marketplace] = []
        for region in sorted({place.region for place in callback.marketplaces}):
            identity = Identity(tenant=tenant, selling_partner_id=login.selling_partner_id, region=region)
            account = await self.accounts.find(identity)
            if account is not None and account.marketplaces:
                found.append(find_marketplace(account.marketplaces[0]))
        return found
