"""GET /api/v1/amazon/oauth/callback."""

from collections import Counter
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from account_svc.adapters.inbound.http.provided import WebSettings, provide_web_settings
from account_svc.adapters.inbound.http.start import COOKIE_PATH, cookie_name
from account_svc.adapters.inbound.http.statuses import STATUSES
from account_svc.adapters.inbound.http.views import ConnectedView, account_view
from account_svc.application.commands.complete_connection import Callback, CompletedConnection
from account_svc.application.use_cases import UseCases
from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.oauth_state import state_hash
from account_svc.domain.return_path import HOME
from svc_kit.logs import get_logger
from svc_kit.problem import problem_response, retry_after_header
from svc_kit.secret import Secret

# The address holds a code and a state: neither may be kept by a cache or sent on as a referrer.
_PRIVATE: Final = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
_MOST_PARAMETERS: Final = 20


def refused(request: Request[Any, Any, Any], refusal: ConnectRefusedError) -> Response[Any]:
    """Tell the page, or a caller that wants JSON, why connecting ended."""
    get_logger().info("connect_refused", code=refusal.code)
    if not _wants_json(request):
        return redirect_to_page(provide_web_settings(request.app.state), refusal.return_to or HOME, {"amazon_error": refusal.code})
    status = STATUSES[refusal.code]
    headers = _PRIVATE | (retry_after_header(1) if status == HTTPStatus.SERVICE_UNAVAILABLE else {})
    return problem_response(status, refusal.code, refusal.detail, headers=headers)


def _connected(completed: CompletedConnection, request: Request[Any, Any, Any], settings: WebSettings) -> Response[Any]:
    used_up = Cookie(
        key=_cookie_of(request), value="", max_age=0, path=COOKIE_PATH, httponly=True, samesite="lax", secure=settings.is_cookie_secure
    )
    if _wants_json(request):
        return Response(ConnectedView(connected=True, account=account_view(completed.account)), cookies=[used_up], headers=_PRIVATE)
    return redirect_to_page(settings, completed.return_to, {"amazon_connected": "true"}, used_up)


def redirect_to_page(settings: WebSettings, path: str, outcome: dict[str, str], *cookies: Cookie) -> Response[Any]:
    """Send the browser to a path of the page, with the outcome in its query; no cache keeps it."""
    location = f"{settings.frontend_url}{path}?{urlencode(outcome)}"
    return Response(b"", media_type="text/plain", status_code=302, headers={"location": location, **_PRIVATE}, cookies=list(cookies))


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def _cookie_of(request: Request[Any, Any, Any]) -> str:
    return cookie_name(state_hash(request.query_params.get("state", "")))


def _browser_secret(request: Request[Any, Any, Any]) -> Secret | None:
    """Return the secret of the browser's cookie for this state; refuse a query that leaves open which state that is."""
    refuse_repeated(request.scope["query_string"])
    return _secret(request.cookies.get(_cookie_of(request)))


def _secret(text: str | None) -> Secret | None:
    return Secret(text) if text else None


def refuse_repeated(query: bytes) -> None:
    """Refuse a query that names something twice: which of them counts would be anybody's guess."""
    try:
        names = Counter(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS))
    except ValueError:
        names = Counter({"": 2})
    if names and max(names.values()) > 1:
        raise ConnectRefusedError("callback_malformed", "Amazon's answer names something twice; start connecting again.")


@get(
    "/api/v1/amazon/oauth/callback",
    opt={"public": True},
    tags=["connect"],
    security=[{}],
    exception_handlers={ConnectRefusedError: refused},
)
async def complete_connection(
    request: Request[Any, Any, Any],
    use_cases: NamedDependency[UseCases],
    web_settings: NamedDependency[WebSettings],
    *,
    oauth_state: Annotated[str | None, QueryParameter(name="state")] = None,
    spapi_oauth_code: Annotated[str | None, QueryParameter(name="spapi_oauth_code")] = None,
    selling_partner_id: Annotated[str | None, QueryParameter(name="selling_partner_id")] = None,
    ads_code: Annotated[str | None, QueryParameter(name="code")] = None,
    granted: Annotated[str | None, QueryParameter(name="scope")] = None,
    error: Annotated[str | None, QueryParameter(name="error")] = None,
) -> Response[Any]:
    """Finish a connection: Amazon sends the seller's browser here.

    Answers 302 to the page, with `amazon_connected=true` or `amazon_error=<slug>`; callers that accept
    `application/json` and not HTML get the account, or a problem document.
    """
    callback = Callback(
        state=oauth_state,
        code=_secret(spapi_oauth_code),
        selling_partner_id=selling_partner_id,
        ads_code=_secret(ads_code),
        scope=granted,
        error=error,
        browser_secret=_browser_secret(request),
    )
    return _connected(await use_cases.complete_connection(callback), request, web_settings)
