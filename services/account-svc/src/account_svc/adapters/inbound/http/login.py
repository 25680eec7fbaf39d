"""/api/v1/amazon/oauth/login: connections that begin at Amazon."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from account_svc.adapters.inbound.http.callback import redirect_to_page, refuse_repeated, refused
from account_svc.adapters.inbound.http.provided import WebSettings
from account_svc.adapters.inbound.http.start import COOKIE_PATH, cookie_name
from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import StartedView
from account_svc.application.commands.continue_appstore_login import LoginContinuation
from account_svc.application.commands.receive_appstore_login import LoginRequest
from account_svc.application.commands.start_connection import StartedConnection
from account_svc.application.use_cases import UseCases
from account_svc.domain.appstore_login import LOGIN_LIFETIME
from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.identifiers import DEFAULT_APPLICATION, parse_application_id
from account_svc.domain.oauth_state import LIFETIME
from svc_kit.identity import Caller
from svc_kit.secret import Secret
from svc_kit.web import user_only

_PATH: Final = "/api/v1/amazon/oauth/login"
_TICKET: Final = "sellerport_appstore"
# The page that signs the seller in and then posts here.
_PAGE: Final = "/settings"


class LoginBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which marketplace, where Amazon's site serves several; by which application; where the browser goes afterwards."""

    marketplace: str | None = None
    application: str | None = None
    return_to: str | None = None


@get(_PATH, opt={"public": True}, tags=["connect"], security=[{}], exception_handlers={ConnectRefusedError: refused}, sync_to_thread=False)
def receive_login(
    request: Request[Any, Any, Any],
    use_cases: NamedDependency[UseCases],
    web_settings: NamedDependency[WebSettings],
    *,
    amazon_callback_uri: Annotated[str | None, QueryParameter(name="amazon_callback_uri")] = None,
    amazon_state: Annotated[str | None, QueryParameter(name="amazon_state")] = None,
    selling_partner_id: Annotated[str | None, QueryParameter(name="selling_partner_id")] = None,
    version: Annotated[str | None, QueryParameter(name="version")] = None,
) -> Response[Any]:
    """Take in a seller whom Amazon sends, to authorise in the Appstore or to renew: 302 to the page, which signs in and goes on."""
    refuse_repeated(request.scope["query_string"])
    asked = LoginRequest(
        amazon_callback_uri=amazon_callback_uri, amazon_state=amazon_state, selling_partner_id=selling_partner_id, version=version
    )
    ticket = use_cases.appstore.receive(asked)
    kept = _cookie(web_settings, _TICKET, ticket.reveal(), int(LOGIN_LIFETIME.total_seconds()))
    return redirect_to_page(web_settings, _PAGE, {"amazon_login": "pending"}, kept)


@post(_PATH, guards=[user_only], status_code=200, tags=["connect"])
async def continue_login(
    request: Request[Any, Any, Any],
    data: JSONBody[LoginBody],
    caller: NamedDependency[Caller],
    use_cases: NamedDependency[UseCases],
    web_settings: NamedDependency[WebSettings],
) -> Response[StartedView]:
    """Go on as the user who signed in: the answer says where to send the browser."""
    given = LoginContinuation(
        tenant=tenant_of(caller),
        user=caller.subject,
        ticket=_ticket_of(request),
        marketplace=data.marketplace,
        application=parse_application_id(data.application) if data.application is not None else DEFAULT_APPLICATION,
        return_to=data.return_to,
    )
    return _started(await use_cases.appstore.proceed(given), web_settings)


def _ticket_of(request: Request[Any, Any, Any]) -> Secret | None:
    ticket = request.cookies.get(_TICKET)
    return Secret(ticket) if ticket else None


def _started(started: StartedConnection, settings: WebSettings) -> Response[StartedView]:
    cookies = [
        _cookie(settings, cookie_name(started.state_hash), started.browser_secret.reveal(), int(LIFETIME.total_seconds())),
        _cookie(settings, _TICKET, "", 0),
    ]
    view = StartedView(authorization_url=started.authorization_url, expires_at=started.expires_at)
    return Response(view, cookies=cookies, headers={"cache-control": "no-store"})


def _cookie(settings: WebSettings, name: str, value: str, seconds: int) -> Cookie:
    return Cookie(key=name, value=value, max_age=seconds, path=COOKIE_PATH, secure=settings.is_cookie_secure, httponly=True, samesite="lax")


LOGIN_ROUTES: list[Any] = [receive_login, continue_login]
