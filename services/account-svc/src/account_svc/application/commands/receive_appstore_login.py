"""Amazon sends a seller to our login page, to authorise in the Appstore or to renew an authorisation."""

from dataclasses import dataclass

from account_svc.domain.amazon_callback import parse_amazon_callback
from account_svc.domain.appstore_login import LOGIN_LIFETIME, AppstoreLogin, LoginTickets, parse_amazon_state
from account_svc.domain.errors import ConnectRefusedError, InvalidInputError
from account_svc.domain.identifiers import parse_selling_partner_id
from svc_kit.clock import Clock
from svc_kit.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """What Amazon's address carries."""

    amazon_callback_uri: str | None
    amazon_state: str | None
    selling_partner_id: str | None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAppstoreLogin:
    """Checks what Amazon says and gives it to the browser to keep: nobody has signed in yet, so it is no tenant's."""

    tickets: LoginTickets
    clock: Clock
    consent_override: str | None

    def __call__(self, request: LoginRequest) -> Secret:
        """Return the ticket.

        Refuses with amazon_callback_uri_invalid, amazon_state_invalid, selling_partner_id_invalid, version_invalid.
        """
        if request.version not in {None, "beta"}:
            raise ConnectRefusedError("version_invalid", "version is beta or left out")
        try:
            callback = parse_amazon_callback(request.amazon_callback_uri or "", self.consent_override)
            login = AppstoreLogin(
                callback_uri=callback.uri,
                amazon_state=parse_amazon_state(request.amazon_state or ""),
                selling_partner_id=parse_selling_partner_id(request.selling_partner_id or ""),
                is_beta=request.version is not None,
                expires_at=self.clock.now() + LOGIN_LIFETIME,
            )
        except InvalidInputError as error:
            raise ConnectRefusedError(error.code, error.detail) from None
        return self.tickets.issue(login)
