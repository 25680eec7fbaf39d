"""POST /v1/authorizations."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from svc_kit.web import requires
from token_svc.adapters.inbound.http.tokens import NO_STORE
from token_svc.adapters.inbound.serving import Serving
from token_svc.application.ports.lwa_client import LwaAnswer
from token_svc.domain.account import Region


class AuthorizationBody(SecretStruct, kw_only=True, forbid_unknown_fields=True):
    """The code of a consent, the redirect URI it was issued for, and the verifier of its PKCE challenge where it had one."""

    application: str
    code: str
    redirect_uri: str
    region: Region
    code_verifier: str | None = None


class AuthorizationAnswer(SecretStruct, kw_only=True):
    """What the code was worth."""

    refresh_token: str
    access_token: str
    expires_in: int

    @classmethod
    def of(cls, answer: LwaAnswer) -> "AuthorizationAnswer":
        """Return what Amazon issued, open."""
        return cls(
            refresh_token=answer.refresh_token.reveal() if answer.refresh_token else "",
            access_token=answer.access_token.reveal(),
            expires_in=int(answer.expires_in),
        )


def authorization_routes(serving: Serving) -> list[HTTPRouteHandler]:
    """Return the handler by which account-svc exchanges codes."""

    @post(
        "/v1/authorizations",
        status_code=200,
        guards=[requires("authorizations:exchange")],
        tags=["authorizations"],
        summary="Exchange an authorization code",
    )
    async def exchange_code(data: JSONBody[AuthorizationBody]) -> Response[AuthorizationAnswer]:
        """Return the seller's refresh token; the code works once."""
        answer = await serving.use_cases.exchange_authorization_code(
            data.application,
            Secret(data.code),
            data.redirect_uri,
            region=data.region,
            deadline=serving.desk.deadline(None),
            verifier=Secret(data.code_verifier) if data.code_verifier is not None else None,
        )
        return Response(AuthorizationAnswer.of(answer), headers=NO_STORE)

    return [exchange_code]
