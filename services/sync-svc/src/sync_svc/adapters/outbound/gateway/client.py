"""Calls SP-API operations of an account through the gateway and tells refusals apart."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.http_client import retry_after_of
from svc_kit.identity import ServiceTokenIssuer
from sync_svc.domain.account import Account
from sync_svc.domain.dataset import Lane
from sync_svc.domain.errors import AmazonRefusedError, ExpiredCursorError

AUDIENCE: Final = "spapi-gateway"
_SCOPES: Final = ("spapi:call",)
_DEADLINE_SECONDS: Final = 25.0
_GRACE_SECONDS: Final = 5.0
_FATAL: Final = frozenset({"amazon_not_connected", "reauthorization_required", "account_not_found", "application_credentials_rejected"})


class _Problem(msgspec.Struct):
    code: str = "http_error"
    detail: str = ""


class _AmazonError(msgspec.Struct):
    code: str = ""
    message: str = ""


class _AmazonErrors(msgspec.Struct):
    errors: list[_AmazonError] = msgspec.field(default_factory=list[_AmazonError])


class GatewayClient:
    """One pooled client; each call carries a service token for the account's tenant, its lane and its deadline."""

    def __init__(self, client: httpx.AsyncClient, issuer: ServiceTokenIssuer) -> None:
        self._client = client
        self._issuer = issuer

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, issuer: ServiceTokenIssuer) -> AsyncGenerator["GatewayClient"]:
        """Open a client on the gateway's base URL."""
        timeout = _DEADLINE_SECONDS + _GRACE_SECONDS
        async with httpx.AsyncClient(base_url=url, transport=AiohttpTransport(), timeout=timeout, follow_redirects=False) as client:
            yield cls(client, issuer)

    async def get(
        self, account: Account, path: str, query: Mapping[str, str], *, lane: Lane, is_paging: bool, deadline_seconds: float | None = None
    ) -> bytes:
        """Return the body of Amazon's 200 answer.

        Raises `RateLimited`, `Unavailable` or `Timeout` when trying again later makes sense, `ExpiredCursorError` when
        Amazon does not accept the query of a following page, `AmazonRefusedError` otherwise.
        """
        seconds = min(_DEADLINE_SECONDS, deadline_seconds or _DEADLINE_SECONDS)
        headers = {
            "authorization": f"Bearer {self._issuer.token(AUDIENCE, _SCOPES, account.tenant)}",
            "accept": "application/json",
            "x-sellerport-priority": lane.value,
            "x-sellerport-deadline-ms": str(int(seconds * 1000)),
        }
        try:
            async with asyncio.timeout(seconds + _GRACE_SECONDS):
                response = await self._client.get(f"/v1/accounts/{account.id}/spapi{path}", params=dict(query), headers=headers)
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Timeout("the gateway did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unavailable("the gateway cannot be reached", retry_after=2) from error
        if response.status_code == HTTPStatus.OK:
            return response.content
        if response.headers.get("x-sellerport-response-source") == "upstream":
            raise _amazon_refusal(response, is_paging=is_paging)
        raise _gateway_refusal(response)


def _gateway_refusal(response: httpx.Response) -> Exception:
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    if problem.code in _FATAL:
        return AmazonRefusedError(problem.code, problem.detail or "The account cannot be used; connect it again.")
    if response.status_code == HTTPStatus.UNAUTHORIZED:  # keys are being rotated, or the directory is being changed
        return Unavailable("the gateway did not accept our service token", retry_after=10)
    return _passing(response, problem.detail) or AmazonRefusedError(problem.code, problem.detail or "The gateway refused the call.")


def _amazon_refusal(response: httpx.Response, *, is_paging: bool) -> Exception:
    try:
        errors = msgspec.json.decode(response.content, type=_AmazonErrors).errors
    except msgspec.MsgspecError:
        errors = []
    message = errors[0].message if errors else f"Amazon answered {response.status_code}."
    passing = _passing(response, message)
    if passing is not None:
        return passing
    if response.status_code == HTTPStatus.BAD_REQUEST and is_paging:
        return ExpiredCursorError()
    if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return AmazonRefusedError("amazon_access_denied", f"{message} Check the application's roles and connect the account again.")
    return AmazonRefusedError("amazon_request_rejected", message)


def _passing(response: httpx.Response, detail: str) -> Exception | None:
    """Return the failure that waiting cures, or None."""
    seconds = retry_after_of(response.headers)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(detail or "Amazon's usage plan is used up", retry_after=seconds or 5.0)
    if response.status_code == HTTPStatus.GATEWAY_TIMEOUT:
        return Timeout(detail or "Amazon did not answer in time")
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(detail or f"the gateway answered {response.status_code}", retry_after=seconds or 2.0)
    return None
