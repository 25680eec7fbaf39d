"""/apps/authorize/consent: the page on which a seller lets an application in."""

from collections.abc import Callable
from html import escape
from urllib.parse import urlencode

from simulator.clock import stamp
from simulator.ledger import Entry
from simulator.state.credentials import Application
from simulator.state.marketplaces import MARKETPLACES
from simulator.state.sellers import Seller
from simulator.state.world import World
from simulator.web.html import alert, page
from simulator.web.request import BadRequestError, Request
from simulator.web.response import Response

_Answer = Callable[[Request, Entry], Response]


class ConsentError(Exception):
    """Amazon shows an error page instead of the consent page."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Consent:
    """The consent page (GET) and the seller's decision (POST of ``selling_partner_id`` and ``decision``)."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def show(self, request: Request) -> Response:
        """The page."""
        return self._recorded(request, self._show)

    async def decide(self, request: Request) -> Response:
        """302 to the application, with a code or with ``access_denied``."""
        return self._recorded(request, self._decide)

    def _recorded(self, request: Request, answer: _Answer) -> Response:
        entry = Entry(kind="consent", time=stamp(self._world.clock.now()), method=request.method, path=request.path, operation="consent")
        try:
            response = answer(request, entry)
        except ConsentError as error:
            entry.error = error.code
            response = Response.page(400, page("Sorry, this authorisation cannot go on", alert(f"Error {error.code}: {error.text}")))
        entry.status = response.status
        self._world.ledger.record(entry)
        return response

    def _checked(self, request: Request) -> tuple[Application, str, str]:
        try:
            query = request.query_fields
        except BadRequestError as error:
            raise ConsentError("MD1000", str(error)) from None
        application = self._world.credentials.application_by_id(query.get("application_id", ""))
        if application is None or application.api != "spapi":
            raise ConsentError("MD1000", "The application does not exist.")
        if application.draft and query.get("version") != "beta":
            raise ConsentError("MD1000", "The application is a draft: the version=beta parameter is missing.")
        if not application.draft and "version" in query:
            raise ConsentError("MD1000", "The application is published: the version parameter must not be sent.")
        redirect_uri = query.get("redirect_uri") or next(iter(application.redirect_uris), "")
        if redirect_uri not in application.redirect_uris:
            raise ConsentError("MD5101", "The redirect URI is not registered for the application.")
        if not query.get("state"):
            raise ConsentError("MD1000", "The state parameter is missing.")
        return application, redirect_uri, query["state"]

    def _show(self, request: Request, entry: Entry) -> Response:
        application, _, _ = self._checked(request)
        entry.application = application.client_id
        return Response.page(200, self._page(application, ""))

    def _page(self, application: Application, problem: str) -> str:
        connected = {grant.selling_partner_id for grant in self._world.credentials.grants.values() if grant.state == "active"}
        sellers = [shop.seller for shop in self._world.shops.values()]
        sellers.sort(key=lambda seller: seller.selling_partner_id in connected)  # who has not authorised anything yet comes first
        options = "".join(
            f'<option value="{escape(seller.selling_partner_id)}">{escape(seller.name)} ({escape(_place(seller))})</option>'
            for seller in sellers
        )
        return page(
            f"Authorise {application.name}",
            f"{problem}<p><strong>{escape(application.name)}</strong> asks for access to your selling account: orders, inventory, "
            "listings and fees.</p>"
            '<form method="post"><label for="seller">Selling account</label>'
            f'<select id="seller" name="selling_partner_id" required>{options}</select>'
            '<button class="main" name="decision" value="allow">Allow</button>'
            '<button name="decision" value="deny" formnovalidate>Deny</button></form>'
            '<p class="note">This is a simulated Seller Central. You can withdraw the authorisation at any time.</p>',
        )

    def _decide(self, request: Request, entry: Entry) -> Response:
        application, redirect_uri, state = self._checked(request)
        entry.application = application.client_id
        try:
            fields = request.fields()
        except BadRequestError:
            fields = {}
        separator = "&" if "?" in redirect_uri else "?"
        if fields.get("decision") == "deny":
            entry.error = "access_denied"
            denied = {
                "error": "access_denied",
                "error_description": "The selling partner did not authorise the application.",
                "state": state,
            }
            return Response.redirect(redirect_uri + separator + urlencode(denied))
        shop = self._world.shop(fields.get("selling_partner_id"))
        if fields.get("decision") != "allow" or shop is None:
            return Response.page(400, self._page(application, alert("Choose a selling account, then Allow or Deny.")))
        seller_id = shop.seller.selling_partner_id
        entry.selling_partner_id = seller_id
        code = self._world.credentials.issue_code(
            application=application, selling_partner_id=seller_id, redirect_uri=redirect_uri, now=self._world.clock.now()
        )
        self._world.keep_credentials()
        allowed = {"state": state, "selling_partner_id": seller_id, "spapi_oauth_code": code}
        return Response.redirect(redirect_uri + separator + urlencode(allowed))


def _place(seller: Seller) -> str:
    return ", ".join(MARKETPLACES[marketplace_id].country for marketplace_id in seller.marketplaces)
