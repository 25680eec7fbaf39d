"""The application as the outside sees it."""

from typing import Any, Final

from litestar import Litestar

from svc_kit.web import build_litestar
from token_svc.adapters.inbound.http.authorizations import authorization_routes
from token_svc.adapters.inbound.http.cache import cache_routes
from token_svc.adapters.inbound.http.drop_in import drop_in_routes
from token_svc.adapters.inbound.http.handles import handle_routes
from token_svc.adapters.inbound.http.tokens import token_routes
from token_svc.adapters.inbound.serving import Serving
from token_svc.adapters.inbound.statuses import STATUSES

SERVICE: Final = "token-svc"
VERSION: Final = "1.0.0"


def build_api(serving: Serving, **options: Any) -> Litestar:
    """Return the Litestar application; enough to print the OpenAPI document before anything is open."""
    return build_litestar(
        service=SERVICE,
        version=VERSION,
        description="Turns stored credentials into short-lived ones: access, restricted and grantless tokens, AWS sessions.",
        route_handlers=[
            *token_routes(serving),
            *authorization_routes(serving),
            *handle_routes(serving),
            *cache_routes(serving),
            *drop_in_routes(serving),
        ],
        statuses=STATUSES,
        **options,
    )
