"""POST /auth/o2/token: Login with Amazon's endpoint, for SDKs that know no other."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from svc_kit.errors import DomainError, PortError
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from token_svc.adapters.inbound.http.tokens import NO_STORE
from token_svc.adapters.inbound.serving import Serving
from token_svc.adapters.inbound.statuses import STATUSES
from token_svc.application.commands.redeem_handle import LIFETIME, RedeemHandle

_ERRORS: Final = {"account_service_unavailable": "temporarily_unavailable"}
_LARGEST: Final = 16 * 1024


class LwaToken(SecretStruct, kw_only=True, omit_defaults=True):
    """RFC 6749 section 5.1, as Login with Amazon fills it."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | None = None
    scope: str | None = None


class LwaError(msgspec.Struct, kw_only=True):
    """RFC 6749 section 5.2."""

    error: str
    error_description: str


def drop_in_routes(serving: Serving) -> list[HTTPRouteHandler]:
    """Return the handler that stands in for `https://api.amazon.com/auth/o2/token`."""

    @post(
        "/auth/o2/token",
        status_code=200,
        opt={"public": True},
        tags=["drop-in"],
        summary="Login with Amazon for SDKs",
        request_max_body_size=_LARGEST,
        security=[{}],
    )
    async def lwa_token(request: Request[None, None, State]) -> Response[LwaToken | LwaError]:
        """Return a Sellerport token for a client's credentials and its handle; form or JSON, errors in LWA's shape."""
        try:
            return Response(await _serve(serving.use_cases.redeem_handle, await _fields(request)), headers=NO_STORE)
        except DomainError as error:
            status = STATUSES[error.code]
            headers = {**NO_STORE, **({"retry-after": "1"} if status == 503 else {})}  # noqa: PLR2004 - the one status that passes
            body = LwaError(error=_ERRORS.get(error.code, error.code), error_description=error.detail)
            return Response(body, status_code=status, headers=headers)
        except PortError:
            body = LwaError(error="temporarily_unavailable", error_description="Try again shortly.")
            return Response(body, status_code=503, headers={**NO_STORE, "retry-after": "1"})

    return [lwa_token]


async def _serve(redeem: RedeemHandle, fields: Mapping[str, str]) -> LwaToken:
    grant = _needed(fields, "grant_type")
    if grant not in {"refresh_token", "client_credentials"}:
        raise DomainError("unsupported_grant_type", "Use refresh_token with a handle, or client_credentials with a scope.")
    client_id, client_secret = _needed(fields, "client_id"), Secret(_needed(fields, "client_secret"))
    seconds = int(LIFETIME.total_seconds())
    if grant == "client_credentials":
        scope = _needed(fields, "scope")
        token = redeem.grantless(client_id, client_secret, scope)
        return LwaToken(access_token=token.reveal(), token_type="bearer", expires_in=seconds, scope=scope)  # noqa: S106 - a type
    handle = _needed(fields, "refresh_token")
    token = await redeem(client_id, client_secret, Secret(handle))
    return LwaToken(access_token=token.reveal(), token_type="bearer", expires_in=seconds, refresh_token=handle)  # noqa: S106 - a type


def _needed(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise DomainError("invalid_request", f"The parameter {name} is missing.")
    return fields[name]


async def _fields(request: Request[None, None, State]) -> dict[str, str]:
    content = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if media_type == "application/json":
            return msgspec.json.decode(content, type=dict[str, str])
        pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, strict_parsing=bool(content), max_num_fields=32)
    except (msgspec.MsgspecError, ValueError):
        raise DomainError("invalid_request", "The body is neither a form nor a JSON object of texts.") from None
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise DomainError("invalid_request", f"The parameter {name} occurs twice.")
        fields[name] = value
    return fields
