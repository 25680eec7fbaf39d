"""Exchanges authorisation codes through token-svc."""

from typing import Final

import msgspec

from account_svc.domain.errors import ConnectRefusedError
from account_svc.domain.identifiers import ApplicationId
from account_svc.domain.region import Region
from svc_kit.errors import Unavailable
from svc_kit.http_client import RefusedError, ServiceClient
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct

_OURS: Final = {
    "authorization_code_rejected": "Amazon did not accept the authorisation; its code is valid for five minutes and once. Start again.",
    "application_credentials_rejected": "Amazon refused the application's own credentials; an operator must check them.",
}


class _Exchanged(SecretStruct):
    refresh_token: str


class TokenSvcAuthorizationExchange:
    """Asks `POST /v1/authorizations` of token-svc once: a code that may have been used is not sent again."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def exchange(
        self, application: ApplicationId, code: Secret, redirect_uri: str, region: Region, verifier: Secret | None = None
    ) -> Secret:
        body = {"application": application, "code": code.reveal(), "redirect_uri": redirect_uri, "region": region.value}
        if verifier is not None:
            body["code_verifier"] = verifier.reveal()
        try:
            answer = await self._client.call("POST", "/v1/authorizations", body=body)
            return Secret(msgspec.json.decode(answer, type=_Exchanged).refresh_token)
        except RefusedError as error:
            detail = _OURS.get(error.problem.code)
            if detail is not None:
                raise ConnectRefusedError(error.problem.code, detail) from None
            raise Unavailable(
                f"token-svc answered {error.problem.status} {error.problem.code}", retry_after=error.retry_after or 1
            ) from None
        except msgspec.MsgspecError:
            raise Unavailable("token-svc answered something that is no refresh token") from None
