"""Asks token-svc: over NATS request-reply, or over HTTP."""

import asyncio
from typing import Final

import msgspec

from spapi_gateway.adapters.outbound.tokens.wire import credential_of, refusal_of, request_of
from spapi_gateway.domain.credentials import Credential, CredentialNeed
from svc_kit.clock import Clock
from svc_kit.http_client import RefusedError, ServiceClient
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.messaging import RpcClient, RpcError

AUDIENCE: Final = "token-svc"
SCOPES: Final = ("tokens:issue",)
SUBJECT: Final = "token-svc.tokens.issue.v1"
_SECONDS: Final = 15.0
_ASKED_AFTER_SECONDS: Final = (0.0, 2.0, 6.0)


class NatsCredentialSource:
    """Asks whichever replica of token-svc takes the request from the queue group.

    A replica that is killed takes its requests with it, so a silent one is asked again, at most twice; the first answer
    counts, a refusal too. No answer after `seconds` in total is a `Timeout`.
    """

    def __init__(self, rpc: RpcClient, issuer: ServiceTokenIssuer, clock: Clock, *, seconds: float = _SECONDS) -> None:
        self._rpc = rpc
        self._issuer = issuer
        self._clock = clock
        self._seconds = seconds

    async def issue(self, need: CredentialNeed, *, rejected_sha256: str | None = None) -> Credential:
        content = msgspec.json.encode(request_of(need, rejected_sha256))
        asks = [asyncio.create_task(self._ask(content, after), name="credential-ask") for after in _ASKED_AFTER_SECONDS]
        try:
            await asyncio.wait(asks, return_when=asyncio.FIRST_COMPLETED)
            reply = next(ask for ask in asks if ask.done()).result()
        except RpcError as error:
            raise refusal_of(error.problem, error.retry_after) from error
        finally:
            for ask in asks:
                ask.cancel()
            await asyncio.gather(*asks, return_exceptions=True)
        return credential_of(reply)

    async def _ask(self, content: bytes, after: float) -> bytes:
        await self._clock.sleep(after)
        headers = {"authorization": f"Bearer {self._issuer.token(AUDIENCE, SCOPES)}"}
        # The first to ask is the first to give up, and ends the others with it: their time counts from its start.
        return await self._rpc.call(SUBJECT, content, headers=headers, timeout=self._seconds)


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
