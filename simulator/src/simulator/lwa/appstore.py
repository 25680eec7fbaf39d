"""The Appstore's "Authorize now" and the page that renews an authorisation: connections that begin at Amazon.

Both send the seller to the application's login URI; the application sends it back to ``/apps/authorize/confirm``, which goes on
to the redirect URI with a code (SP-API "Selling Partner Appstore authorization workflow").
"""

from collections.abc import Callable
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

from simulator.clock import stamp
from simulator.ledger import Entry
from simulator.lwa.consent import ConsentError
from simulator.state.credentials import Application, Visit
from simulator.state.world import World
from simulator.web.html import alert, page
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

_LIFE = timedelta(minutes=15)
_STORE = "/apps/store/"


class Appstore:
    """The two pages (GET), the seller's choice (POST of ``selling_partner_id``), and the way back (GET confirm)."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def show(self, request: Request, application: str) -> Response:
        """The page: sellers who may authorise, or who have done so and may renew."""
        return self._recorded(request, "appstore", lambda _entry: self._page(request, self._application(application), ""))

    async def choose(self, request: Request, application: str) -> Response:
        """302 to the login URI."""
        return self._recorded(request, "appstore", lambda entry: self._chosen(request, self._application(application), entry))

    async def confirm(self, request: Request, application: str) -> Response:
        """302 to the redirect URI with a code."""
        return self._recorded(request, "confirm", lambda entry: self._confirmed(request, self._application(application), entry))

    def _recorded(self, request: Request, operation: str, answer: Callable[[Entry], Response]) -> Response:
        entry = Entry(kind="consent", time=stamp(self._world.clock.now()), method=request.method, path=request.path, operation=operation)
        try:
            response = answer(entry)
        except ConsentError as error:
            entry.error = error.code
            response = Response.page(400, page("Sorry, this authorisation cannot go on", alert(f"Error {error.code}: {error.text}")))
        entry.status = response.status
        self._world.ledger.record(entry)
        return response

    def _application(self, application_id: str) -> Application:
        application = self._world.credentials.application_by_id(application_id)
        if application is None or application.api != "spapi":
            raise ConsentError("MD1000", "The application does not exist.")
        return application

    def _offered(self, request: Request, application: Application) -> list[str]:
        active = [grant for grant in self._world.credentials.grants.values() if grant.client_id == application.client_id]
        connected = {grant.selling_partner_id for grant in active if grant.state == "active"}
        return [name for name in self._world.shops if request.path.startswith(_STORE) or name in connected]

    def _page(self, request: Request, application: Application, problem: str) -> Response:
        verb = "Authorize now" if request.path.startswith(_STORE) else "Renew the authorisation"
        options = "".join(
            f'<option value="{escape(name)}">{escape(self._world.shops[name].seller.name)}</option>'
            for name in self._offered(request, application)
        )
        content = (
            f'{problem}<form method="post"><label for="seller">Selling account</label>'
            f'<select id="seller" name="selling_partner_id" required>{options}</select><button class="main">{verb}</button></form>'
            '<p class="note">This is a simulated Selling Partner Appstore.</p>'
        )
        return Response.page(400 if problem else 200, page(application.name, content))

    def _chosen(self, request: Request, application: Application, entry: Entry) -> Response:
        try:
            seller = request.fields().get("selling_partner_id", "")
        except BadRequestError:
            seller = ""
        login_uri = self._world.config.login_uri
        if seller not in self._offered(request, application) or login_uri is None:
            return self._page(request, application, alert("Choose a selling account."))
        entry.application, entry.selling_partner_id = application.client_id, seller
        credentials = self._world.credentials
        state = credentials.remember_visit(
            Visit(client_id=application.client_id, selling_partner_id=seller, expires=self._world.clock.now() + _LIFE)
        )
        self._world.keep_credentials()
        back = f"{self._world.config.public_url}/apps/authorize/confirm/{application.application_id}"
        query = {"amazon_callback_uri": back, "amazon_state": state, "selling_partner_id": seller}
        return Response.redirect(f"{login_uri}?{urlencode(query | _version(application))}")

    def _confirmed(self, request: Request, application: Application, entry: Entry) -> Response:
        try:
            query = request.query_fields
        except BadRequestError as error:
            raise ConsentError("MD1000", str(error)) from None
        unknown = query.keys() - {"redirect_uri", "amazon_state", "state", "version"}
        if unknown or not query.get("state") or query.get("version") != _version(application).get("version"):
            raise ConsentError("MD1000", "The parameters are not those of the workflow.")
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri not in application.redirect_uris:
            raise ConsentError("MD5101", "The redirect URI is not registered for the application.")
        visit = self._world.credentials.take_visit(query.get("amazon_state", ""))
        now = self._world.clock.now()
        if visit is None or visit.client_id != application.client_id or visit.expires <= now:
            raise ConsentError("MD1000", "amazon_state is unknown, used or too old.")
        entry.application, entry.selling_partner_id = application.client_id, visit.selling_partner_id
        code = self._world.credentials.issue_code(
            application=application, selling_partner_id=visit.selling_partner_id, redirect_uri=redirect_uri, now=now
        )
        self._world.keep_credentials()
        allowed = {"state": query["state"], "selling_partner_id": visit.selling_partner_id, "spapi_oauth_code": code}
        return Response.redirect(f"{redirect_uri}?{urlencode(allowed)}")


def _version(application: Application) -> dict[str, str]:
    return {"version": "beta"} if application.draft else {}
