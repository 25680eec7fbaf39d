"""POST /api/v1/amazon/oauth/start."""

from typing import Final, Literal

import msgspec
from litestar import Response, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody

from account_svc.adapters.inbound.http.provided import WebSettings
from account_svc.adapters.inbound.http.tenancy import tenant_of
from account_svc.adapters.inbound.http.views import StartedView
from account_svc.application.commands.start_ads_connection import AdsConnectionRequest
from account_svc.application.commands.start_connection import ConnectionRequest, StartedConnection
from account_svc.application.use_cases import UseCases
from account_svc.domain.errors import InvalidInputError
from account_svc.domain.identifiers import DEFAULT_ADS_APPLICATION, DEFAULT_APPLICATION, parse_application_id
from account_svc.domain.marketplaces import Central
from svc_kit.identity import Caller
from svc_kit.web import user_only

COOKIE_PATH: Final = "/api/v1/amazon/oauth"
_CENTRALS: Final = {"selling_partner": Central.SELLER, "vendor": Central.VENDOR}


class StartBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who connects where, and where the browser goes afterwards; `advertising` takes a region in place of a marketplace."""

    kind: Literal["selling_partner", "vendor", "advertising"]
    marketplace: str | None = None
    region: Literal["NA", "EU", "FE"] | None = None
    application: str | None = None
    return_to: str | None = None

    def request_of(self, caller: Caller) -> ConnectionRequest:
        """Return what the use case for selling partners is asked for; raise `InvalidInputError` without a marketplace."""
        if self.marketplace is None:
            raise InvalidInputError("marketplace_missing", "name the marketplace to connect in, such as US, DE, UK")
        if self.region is not None:
            raise InvalidInputError("region_unsupported", "a marketplace has its region; leave region out")
        return ConnectionRequest(
            tenant=tenant_of(caller),
            user=caller.subject,
            central=_CENTRALS[self.kind],
            marketplace=self.marketplace,
            application=parse_application_id(self.application) if self.application is not None else DEFAULT_APPLICATION,
            return_to=self.return_to,
        )

    def ads_request_of(self, caller: Caller) -> AdsConnectionRequest:
        """Return what the use case for advertisers is asked for."""
        return AdsConnectionRequest(
            tenant=tenant_of(caller),
            user=caller.subject,
            region=self.region,
            marketplace=self.marketplace,
            application=parse_application_id(self.application) if self.application is not None else DEFAULT_ADS_APPLICATION,
            return_to=self.return_to,
        )


def cookie_name(state_hash: str) -> str:
    """Return the cookie of one connection: each has its own, so tabs that connect at once do not disturb each other."""
    return f"sellerport_connect_{state_hash[:16]}"


@post("/api/v1/amazon/oauth/start", guards=[user_only], status_code=200, tags=["connect"])
async def start_connection(
    data: JSONBody[StartBody],
    caller: NamedDependency[Caller],
    use_cases: NamedDependency[UseCases],
    web_settings: NamedDependency[WebSettings],
) -> Response[StartedView]:
    """Begin to connect: the answer says where to send the browser, its cookie proves later that it is the same browser."""
    if data.kind == "advertising":
        started = await use_cases.ads.start_connection(data.ads_request_of(caller))
    else:
        started = await use_cases.start_connection(data.request_of(caller))
    view = StartedView(authorization_url=started.authorization_url, expires_at=started.expires_at)
    return Response(view, cookies=[_binding_cookie(started, web_settings)], headers={"cache-control": "no-store"})


def _binding_cookie(started: StartedConnection, settings: WebSettings) -> Cookie:
    return Cookie(
        key=cookie_name(started.state_hash),
        value=started.browser_secret.reveal(),
        max_age=int(started.lifetime.total_seconds()),
        path=COOKIE_PATH,
        secure=settings.is_cookie_secure,
        httponly=True,
        samesite="lax",
    )
