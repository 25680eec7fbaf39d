"""/v1/accounts/…: the connection test, and the explicit door as far as OpenAPI can describe it."""

from collections.abc import Callable
from typing import Annotated

from litestar import HttpMethod, Response, get, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, HeaderParameter

from spapi_gateway.application.queries.probe_connection import Probe, ProbeConnection
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.identity import Caller
from svc_kit.problem import current_request_id
from svc_kit.web import user_or

_METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]
_DEADLINE = "Total milliseconds (default 25000, at most 300000); 0: fail at once when no slot is free."
_ADS_DEADLINE = "Total milliseconds (default 60000, at most 300000); 0: fail at once when no slot is free."
_REGION = "The host that is asked: NA, EU or FE; the account's own unless it is named."
_ELEMENTS = "Buyer data to include where Amazon restricts it: buyerInfo, shippingAddress, buyerTaxInformation."


def account_routes(probe: Callable[[], ProbeConnection]) -> list[HTTPRouteHandler]:
    """Return the routes; `probe` gives the query once the service has started."""

    @get("/v1/accounts/{account_id:str}/test", tags=["accounts"], guards=[user_or("spapi:call")])
    async def test_account(account_id: FromPath[str], caller: NamedDependency[Caller]) -> Probe:
        """Walk credential → token → STS → one real call, and say where it fails, why, and what cures it."""
        return await probe()(caller.tenant, account_id, current_request_id() or "")

    @route("/v1/accounts/{account_id:str}/spapi/{path:path}", http_method=_METHODS, tags=["door"], guards=[user_or("spapi:call")])
    async def call_amazon(
        account_id: FromPath[str],
        path: FromPath[str],
        deadline_ms: Annotated[int | None, HeaderParameter(name="x-sellerport-deadline-ms", description=_DEADLINE)] = None,
        priority: Annotated[
            str | None, HeaderParameter(name="x-sellerport-priority", description="interactive (default), event, sync or backfill.")
        ] = None,
        data_elements: Annotated[str | None, HeaderParameter(name="x-sellerport-data-elements", description=_ELEMENTS)] = None,
    ) -> Response[bytes]:
        """Call the SP-API operation at `path`; status, headers and body are Amazon's own.

        `x-sellerport-response-source` says who answered: `upstream` (Amazon) or `gateway` (a problem document). The same
        operations are served at their own paths to SDKs that send a Sellerport token in `x-amz-access-token`.
        """
        # Served by the doors in front of this application; only an impossible account id comes as far as this.
        raise CallRefusedError(
            "account_not_found", f"{account_id} is no account id; nothing was sent ({path}, {deadline_ms}, {priority}, {data_elements})."
        )

    @route("/v1/accounts/{account_id:str}/ads/{path:path}", http_method=_METHODS, tags=["door"], guards=[user_or("ads:call")])
    async def call_amazon_ads(
        account_id: FromPath[str],
        path: FromPath[str],
        deadline_ms: Annotated[int | None, HeaderParameter(name="x-sellerport-deadline-ms", description=_ADS_DEADLINE)] = None,
        priority: Annotated[
            str | None, HeaderParameter(name="x-sellerport-priority", description="interactive (default), event, sync or backfill.")
        ] = None,
        region: Annotated[str | None, HeaderParameter(name="x-sellerport-region", description=_REGION)] = None,
    ) -> Response[bytes]:
        """Call the Amazon Ads API at `path`; status, headers and body are Amazon's own.

        Authorization and the LWA client's header are set here; the profile (`Amazon-Advertising-API-Scope`), account and
        media type headers are the caller's.
        """
        # Served by the doors in front of this application; only an impossible account id comes as far as this.
        raise CallRefusedError(
            "account_not_found", f"{account_id} is no account id; nothing was sent ({path}, {deadline_ms}, {priority}, {region})."
        )

    return [test_account, call_amazon, call_amazon_ads]
