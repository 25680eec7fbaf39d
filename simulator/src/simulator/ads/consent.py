"""/ap/oa: the regional pages of Login with Amazon on which somebody lets an application manage their advertising."""

from collections.abc import Callable
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from simulator.clock import stamp
from simulator.ledger import Entry
from simulator.lwa.consent import ConsentError
from simulator.lwa.pkce import is_challenge
from simulator.state.credentials import ADS_SCOPE, Application
from simulator.state.world import World
from simulator.web.html import alert, page
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

_SCOPES = {ADS_SCOPE, "advertising::audiences", "advertising::test:create_account"}
_PARAMETERS = {"client_id", "scope", "response_type", "redirect_uri", "state", "code_challenge", "code_challenge_method"}


class _Asked(NamedTuple):
    application: Application
    redirect_uri: str
    state: str
    scope: str
    challenge: str

    def back(self, answer: dict[str, str]) -> Response:
        separator = "&" if "?" in self.redirect_uri else "?"
        return Response.redirect(self.redirect_uri + separator + urlencode(answer | {"state": self.state}))


class _RefusedError(Exception):
    """The application is told by a redirect (RFC 6749 section 4.1.2.1)."""

    def __init__(self, response: Response, code: str) -> None:
        super().__init__(code)
        self.response = response
        self.code = code


class AdsConsent:
    """The consent page (GET) and the decision (POST of ``selling_partner_id`` and ``decision``); ``region`` says on whose host."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def show(self, request: Request, region: str | None = None) -> Response:
        """The page."""
        return self._recorded(request, region, self._show)

    async def decide(self, request: Request, region: str | None = None) -> Response:
        """302 to the application, with a code or with ``access_denied``."""
        return self._recorded(request, region, self._decide)

    def _recorded(self, request: Request, region: str | None, answer: Callable[[Request, Entry], Response]) -> Response:
        entry = Entry(
            kind="consent", time=stamp(self._world.clock.now()), method=request.method, path=request.path, operation="ads_consent"
        )
        entry.region = region.upper() if region else None
        try:
            response = answer(request, entry)
        except ConsentError as error:
            entry.error = error.code
            response = Response.page(400, page("We're sorry", alert(f"{error.code}: {error.text}")))
        except _RefusedError as refused:
            entry.error, response = refused.code, refused.response
        entry.status = response.status
        self._world.ledger.record(entry)
        return response

    def _checked(self, request: Request, entry: Entry) -> _Asked:
        try:
            query = request.query_fields
        except BadRequestError as error:
            raise ConsentError("invalid_request", str(error)) from None
        application = self._world.credentials.application(query.get("client_id", ""))
        if application is None or application.api != "ads":
            raise ConsentError("unauthorized_client", "The client is unknown, or not approved for the Amazon Ads API.")
        entry.application = application.client_id
        if query.get("redirect_uri") not in application.redirect_uris:
            raise ConsentError("invalid_request", "The redirect URI you provided has not been whitelisted for your application.")
        asked = _Asked(application, query["redirect_uri"], query.get("state", ""), query.get("scope", ""), query.get("code_challenge", ""))
        problem = _problem(query)
        if problem is not None:
            code, text = problem
            raise _RefusedError(asked.back({"error": code, "error_description": text}), code)
        return asked

    def _show(self, request: Request, entry: Entry) -> Response:
        return Response.page(200, self._page(self._checked(request, entry).application, ""))

    def _page(self, application: Application, problem: str) -> str:
        options = "".join(
            f'<option value="{escape(shop.seller.selling_partner_id)}">{escape(shop.seller.name)}</option>'
            for shop in self._world.shops.values()
        )
        return page(
            f"Allow {application.name}",
            f"{problem}<p><strong>{escape(application.name)}</strong> asks to manage your advertising: profiles and campaigns.</p>"
            '<form method="post"><label for="seller">Signed in as</label>'
            f'<select id="seller" name="selling_partner_id" required>{options}</select>'
            '<button class="main" name="decision" value="allow">Allow</button>'
            '<button name="decision" value="deny" formnovalidate>Deny</button></form>'
            '<p class="note">This is a simulated Login with Amazon.</p>',
        )

    def _decide(self, request: Request, entry: Entry) -> Response:
        asked = self._checked(request, entry)
        try:
            fields = request.fields()
        except BadRequestError:
            fields = {}
        if fields.get("decision") == "deny":
            entry.error = "access_denied"
            return asked.back({"error": "access_denied", "error_description": "Access not permitted."})
        shop = self._world.shop(fields.get("selling_partner_id"))
        if fields.get("decision") != "allow" or shop is None:
            return Response.page(400, self._page(asked.application, alert("Choose who you are, then Allow or Deny.")))
        entry.selling_partner_id = shop.seller.selling_partner_id
        code = self._world.credentials.issue_code(
            application=asked.application,
            selling_partner_id=shop.seller.selling_partner_id,
            redirect_uri=asked.redirect_uri,
            now=self._world.clock.now(),
            scope=asked.scope,
            challenge=asked.challenge,
        )
        self._world.keep_credentials()
        return asked.back({"code": code, "scope": asked.scope})


def _problem(query: dict[str, str]) -> tuple[str, str] | None:
    """Amazon does not insist on state and PKCE; this page does."""
    if set(query) - _PARAMETERS:
        return "invalid_request", f"Unknown parameters: {', '.join(sorted(set(query) - _PARAMETERS))}"
    if query.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code"
    scopes = query.get("scope", "").split()
    if not scopes or not set(scopes) <= _SCOPES:
        return "invalid_scope", "An unknown scope was requested"
    if not query.get("state"):
        return "invalid_request", "The state is missing"
    if query.get("code_challenge_method") != "S256" or not is_challenge(query.get("code_challenge", "")):
        return "invalid_request", "PKCE with S256 is required"
    return None
