"""The seller comes back from Amazon's consent page."""

from dataclasses import dataclass, field

from account_svc.application.commands.store_authorization import GivenAuthorization, StoreAuthorization
from account_svc.application.ports.application_registry import ApplicationRegistry
from account_svc.application.ports.authorization_exchange import AuthorizationExchange
from account_svc.application.ports.oauth_state_store import OAuthStateStore
from account_svc.domain.account import AccountKind, Identity, SellingPartnerAccount
from account_svc.domain.ads_consent import AdsConsent
from account_svc.domain.errors import ConnectRefusedError, InvalidInputError
from account_svc.domain.identifiers import ads_grant_id, parse_selling_partner_id
from account_svc.domain.oauth_state import BrowserBinding, OAuthState, state_hash
from account_svc.domain.refresh_token import require_refresh_token
from account_svc.domain.return_path import ReturnPath
from svc_kit.clock import Clock
from svc_kit.errors import DomainError, PortError
from svc_kit.secret import Secret

_LONGEST = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What Amazon's redirect carries, and the browser's secret for its state."""

    state: str | None
    code: Secret | None = None
    ads_code: Secret | None = None
    scope: str | None = None
    selling_partner_id: str | None = None
    error: str | None = None
    browser_secret: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedConnection:
    """The connected account, and where the seller came from."""

    account: SellingPartnerAccount
    return_to: ReturnPath


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteConnection:
    """Exchanges the code and stores the account; every way it can fail is a `ConnectRefusedError` with a stable code."""

    states: OAuthStateStore
    applications: ApplicationRegistry
    exchange: AuthorizationExchange
    store: StoreAuthorization
    binding: BrowserBinding
    ads_consent: AdsConsent
    clock: Clock

    async def __call__(self, callback: Callback) -> CompletedConnection:
        """Return the account.

        Codes: state_missing, state_invalid (unknown or used), state_mismatch (another browser), state_expired,
        access_denied, consent_failed, scope_not_granted, code_missing, selling_partner_id_invalid, selling_partner_mismatch,
        authorization_code_rejected,
        application_credentials_rejected, application_not_configured, temporarily_unavailable.
        """
        try:
            state = await self._consume(callback)
        except PortError as error:
            raise ConnectRefusedError("temporarily_unavailable", error.detail) from error
        try:
            account = await self._connect(state, callback)
        except PortError as error:
            raise ConnectRefusedError("temporarily_unavailable", error.detail, return_to=state.return_to) from error
        except DomainError as error:
            raise ConnectRefusedError(error.code, error.detail, return_to=state.return_to) from error
        return CompletedConnection(account=account, return_to=state.return_to)

    async def _consume(self, callback: Callback) -> OAuthState:
        if not callback.state or len(callback.state) > _LONGEST:
            raise ConnectRefusedError("state_missing", "The answer carries no state; start connecting again.")
        hashed = state_hash(callback.state)
        proof = self.binding.proof(hashed, callback.browser_secret) if callback.browser_secret else None
        return await self.states.consume(hashed, proof)

    async def _connect(self, state: OAuthState, callback: Callback) -> SellingPartnerAccount:
        if state.expires_at <= self.clock.now():
            raise ConnectRefusedError("state_expired", "Connecting took too long; start again.")
        if callback.error is not None:
            raise _refusal_of(callback.error)
        is_ads = state.kind is AccountKind.ADVERTISING
        code = callback.ads_code if is_ads else callback.code
        if not code or len(code.reveal()) > _LONGEST:
            raise ConnectRefusedError("code_missing", "Amazon's answer carries no authorisation code; start connecting again.")
        if is_ads and not self.ads_consent.is_granted(callback.scope):
            raise ConnectRefusedError("scope_not_granted", "Amazon did not grant all that was asked for; start connecting again.")
        partner = ads_grant_id(state.application) if is_ads else parse_selling_partner_id(callback.selling_partner_id or "")
        if state.selling_partner_id not in {None, partner}:
            raise ConnectRefusedError("selling_partner_mismatch", "Another selling account was authorised than the one Amazon sent here.")
        application = await self.applications.get(state.application)
        verifier = self.binding.pkce_verifier(callback.state or "") if is_ads else None
        refresh_token = await self.exchange.exchange(application.id, code, application.redirect_uri, state.region, verifier)
        try:
            require_refresh_token(refresh_token)
        except InvalidInputError:
            raise ConnectRefusedError("authorization_code_rejected", "Amazon's answer holds no usable refresh token.") from None
        given = GivenAuthorization(
            refresh_token=refresh_token,
            application=application.id,
            marketplaces=(state.marketplace,) if state.marketplace else (),
            role=application.role,
            authorized_at=self.clock.now(),
        )
        identity = Identity(tenant=state.tenant, selling_partner_id=partner, region=state.region, kind=state.kind)
        return await self.store(identity, given)


def _refusal_of(error: str) -> ConnectRefusedError:
    if error == "access_denied":
        return ConnectRefusedError("access_denied", "Access was not allowed on Amazon's page; nothing was changed.")
    return ConnectRefusedError("consent_failed", "Amazon ended the consent with an error; start connecting again.")
