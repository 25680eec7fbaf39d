"""POST /v1/handles."""

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from svc_kit.secret_struct import SecretStruct
from svc_kit.web import caller_of, requires
from token_svc.adapters.inbound.http.tokens import NO_STORE
from token_svc.adapters.inbound.serving import Serving


class HandleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which client shall act for which account."""

    account_id: str
    client_id: str


class HandleAnswer(SecretStruct, kw_only=True):
    """What an SDK is given as its refresh token."""

    handle: str


def handle_routes(serving: Serving) -> list[HTTPRouteHandler]:
    """Return the handler that makes handles."""

    @post("/v1/handles", status_code=200, guards=[requires("handles:issue")], tags=["drop-in"], summary="Make a handle for an SDK")
    async def issue_handle(request: Request[None, None, State], data: JSONBody[HandleBody]) -> Response[HandleAnswer]:
        """Return the handle of one client for one account."""
        handle = await serving.use_cases.issue_handle(data.account_id, data.client_id, tenant=caller_of(request).tenant)
        return Response(HandleAnswer(handle=handle.reveal()), headers=NO_STORE)

    return [issue_handle]
