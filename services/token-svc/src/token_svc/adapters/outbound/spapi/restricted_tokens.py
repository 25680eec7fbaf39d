"""The Tokens API (2021-03-01) over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.http_client import retry_after_of
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from token_svc.application.ports.lwa_client import LwaAnswer
from token_svc.application.ports.restricted_tokens import AccessTokenExpired, RestrictionRefused
from token_svc.domain.account import Region
from token_svc.domain.restriction import Restriction

_PATH: Final = "/tokens/2021-03-01/restrictedDataToken"


class _Issued(SecretStruct, rename="camel"):
    restricted_data_token: str
    expires_in: float


class HttpRestrictedTokens:
    """Posts to the endpoint of the account's region. The call is not signed: SP-API ignores signatures since October 2023."""

    def __init__(self, http: httpx.AsyncClient, endpoints: Mapping[Region, str]) -> None:
        self._http = http
        self._endpoints = endpoints

    @classmethod
    @asynccontextmanager
    async def open(cls, endpoints: Mapping[Region, str]) -> AsyncGenerator["HttpRestrictedTokens"]:
        """Open a client with pooled connections."""
        async with httpx.AsyncClient(transport=AiohttpTransport(), follow_redirects=False, timeout=None) as http:  # noqa: S113 - total deadlines, see create
            yield cls(http, endpoints)

    async def create(self, access_token: Secret, restriction: Restriction, *, region: Region, seconds: float) -> LwaAnswer:
        body = msgspec.json.encode({"restrictedResources": [_wire(r.method, r.path, r.data_elements) for r in restriction.resources]})
        headers = {"x-amz-access-token": access_token.reveal(), "content-type": "application/json", "user-agent": "Sellerport/0.1"}
        try:
            async with asyncio.timeout(seconds):
                response = await self._http.post(self._endpoints[region] + _PATH, content=body, headers=headers)
        except httpx.ConnectTimeout:  # what the aiohttp transport makes of a refused connection
            raise Unavailable("the Tokens API cannot be reached", retry_after=None) from None
        except (TimeoutError, httpx.TimeoutException):
            raise Timeout("the Tokens API did not answer in time") from None
        except (httpx.HTTPError, OSError) as error:
            raise Unavailable(f"the Tokens API cannot be reached ({type(error).__name__})", retry_after=None) from None
        return _understood(response)


def _wire(method: str, path: str, data_elements: tuple[str, ...]) -> dict[str, Any]:
    return {"method": method, "path": path, **({"dataElements": list(data_elements)} if data_elements else {})}


def _understood(response: httpx.Response) -> LwaAnswer:
    if response.is_success:
        try:
            issued = msgspec.json.decode(response.content, type=_Issued)
        except msgspec.MsgspecError:
            raise Unavailable("the Tokens API sent an answer that is none", retry_after=None) from None
        return LwaAnswer(access_token=Secret(issued.restricted_data_token), expires_in=issued.expires_in)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited("the Tokens API asks to slow down", retry_after=retry_after_of(response.headers) or 1.0)
    if response.is_server_error:
        raise Unavailable(f"the Tokens API answered {response.status_code}", retry_after=None)
    reason = response.text[:300]
    is_expired = response.status_code == HTTPStatus.UNAUTHORIZED or (
        response.status_code == HTTPStatus.FORBIDDEN and "access token you provided" in reason.lower()
    )
    if is_expired:
        raise AccessTokenExpired(reason)
    raise RestrictionRefused(f"{response.status_code} {reason}")
