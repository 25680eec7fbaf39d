"""Calls to the gateway's `/ads/` door, and what its answers mean."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final, NamedTuple, TypeVar

import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from account_svc.adapters.outbound.gateway.ads_errors import message_of
from account_svc.domain.account import SellingPartnerAccount
from account_svc.domain.errors import AdsRefusedError
from account_svc.domain.region import Region
from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.http_client import retry_after_of
from svc_kit.identity import ServiceTokenIssuer

AUDIENCE: Final = "spapi-gateway"
SCOPES: Final = ("ads:call",)
_SECONDS: Final = 40.0
_GRACE_SECONDS: Final = 5.0
T = TypeVar("T")


class AdsHost(NamedTuple):
    """Who is asked: a region's host, with a grant."""

    account: SellingPartnerAccount
    region: Region


class AdsClient:
    """One pooled client; each call carries a service token for the account's tenant."""

    def __init__(self, client: httpx.AsyncClient, issuer: ServiceTokenIssuer) -> None:
        self._client = client
        self._issuer = issuer

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, issuer: ServiceTokenIssuer) -> AsyncGenerator["AdsClient"]:
        timeout = _SECONDS + _GRACE_SECONDS
        async with httpx.AsyncClient(base_url=url, transport=AiohttpTransport(), timeout=timeout, follow_redirects=False) as client:
            yield cls(client, issuer)

    async def get(
        self,
        host: AdsHost,
        path: str,
        shape: type[T],
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Return the answer as `shape`; raises as `AdsDirectory` promises."""
        return await self._call("GET", host, path, shape, {"accept": "application/json", **(headers or {})}, query=query)

    async def post(self, host: AdsHost, path: str, media_type: str, body: Mapping[str, Any], shape: type[T]) -> T:
        """Return the answer as `shape`, sent and answered in `media_type`; raises as `AdsDirectory` promises."""
        headers = {"accept": media_type, "content-type": media_type}
        return await self._call("POST", host, path, shape, headers, content=msgspec.json.encode(body))

    async def _call(
        self,
        method: str,
        host: AdsHost,
        path: str,
        shape: type[T],
        headers: Mapping[str, str],
        *,
        query: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> T:
        sent = {
            **headers,
            "authorization": f"Bearer {self._issuer.token(AUDIENCE, SCOPES, host.account.identity.tenant)}",
            "x-sellerport-region": host.region.value,
            "x-sellerport-deadline-ms": str(int(_SECONDS * 1000)),
        }
        try:
            async with asyncio.timeout(_SECONDS + _GRACE_SECONDS):
                answer = await self._client.request(
                    method, f"/v1/accounts/{host.account.id}/ads{path}", params=query, content=content, headers=sent
                )
        except httpx.ConnectTimeout as error:  # the aiohttp transport says this for a refused connection as well
            raise Unavailable("the gateway cannot be reached") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Timeout("the gateway did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unavailable("the gateway cannot be reached") from error
        if not answer.is_success:
            raise _refusal(answer)
        try:
            return msgspec.json.decode(answer.content, type=shape)
        except msgspec.MsgspecError as error:
            raise Unavailable("Amazon sent an answer that cannot be read") from error


def _refusal(answer: httpx.Response) -> Exception:
    detail, seconds = message_of(answer.status_code, answer.content), retry_after_of(answer.headers)
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(detail, retry_after=seconds or 5.0)
    if answer.status_code == HTTPStatus.GATEWAY_TIMEOUT:
        return Timeout(detail)
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(detail, retry_after=seconds or 2.0)
    if answer.headers.get("x-sellerport-response-source") != "upstream" and answer.status_code == HTTPStatus.UNAUTHORIZED:
        return Unavailable("the gateway did not accept our service token", retry_after=10.0)
    return AdsRefusedError(detail)
