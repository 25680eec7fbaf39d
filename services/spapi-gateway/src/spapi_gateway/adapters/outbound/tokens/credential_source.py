"""Asks token-svc: over NATS request-reply, or over HTTP."""

from typing import Final

import msgspec

from spapi_gateway.adapters.outbound.tokens.wire import credential_of, refusal_of, request_of
from spapi_gateway.domain.credentials import Credential, CredentialNeed
from svc_kit.http_client import RefusedError, ServiceClient
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.messaging import RpcClient, RpcError

AUDIENCE: Final = "token-svc"
SCOPES: Final = ("tokens:issue",)
SUBJECT: Final = "token-svc.tokens.issue.v1"
_SECONDS: Final = 15.0


class NatsCredentialSource:
    """Asks whichever replica of token-svc takes the request from the queue group."""

    def __init__(self, rpc: RpcClient, issuer: ServiceTokenIssuer, *, seconds: float = _SECONDS) -> None:
        self._rpc = rpc
        self._issuer = issuer
        self._seconds = seconds

    async def issue(self, need: CredentialNeed, *, rejected_sha256: str | None = None) -> Credential:
        headers = {"authorization": f"Bearer {self._issuer.token(AUDIENCE, SCOPES)}"}
        content = msgspec.json.encode(request_of(need, rejected_sha256))
        try:
            reply = await self._rpc.call(SUBJECT, content, headers=headers, timeout=self._seconds)
        except RpcError as error:
            raise refusal_of(error.problem, error.retry_after) from error
        return credential_of(reply)


class HttpCredentialSource:
    """Asks token-svc's HTTP API; the way when NATS is away."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def issue(self, need: CredentialNeed, *, rejected_sha256: str | None = None) -> Credential:
        try:
            reply = await self._client.call("POST", "/v1/tokens", body=request_of(need, rejected_sha256))
        except RefusedError as error:
            raise refusal_of(error.problem, error.retry_after) from error
        return credential_of(reply)
