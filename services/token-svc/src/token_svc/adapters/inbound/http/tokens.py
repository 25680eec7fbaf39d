"""POST /v1/tokens."""

from typing import Annotated

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter, JSONBody

from svc_kit.web import caller_of, requires
from token_svc.adapters.inbound.serving import Serving
from token_svc.adapters.inbound.token_desk import SCOPE, TokenAnswer, TokenBody

NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


def token_routes(serving: Serving) -> list[HTTPRouteHandler]:
    """Return the handler that issues credentials."""

    @post("/v1/tokens", status_code=200, guards=[requires(SCOPE)], tags=["tokens"], summary="Issue a short-lived credential")
    async def issue_token(
        request: Request[None, None, State],
        data: JSONBody[TokenBody],
        deadline_ms: Annotated[str | None, HeaderParameter(name="x-deadline-ms", required=False)] = None,
    ) -> Response[TokenAnswer]:
        """Return an access token, restricted data token, grantless token or AWS session."""
        desk = serving.desk
        answer = await desk.serve(caller_of(request), data, desk.deadline(deadline_ms))
        return Response(answer, headers=NO_STORE)

    return [issue_token]
