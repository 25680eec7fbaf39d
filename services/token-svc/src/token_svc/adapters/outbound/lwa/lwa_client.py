"""Amazon's token endpoint over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.http_client import retry_after_of
from svc_kit.secret import Secret
from svc_kit.secret_struct import SecretStruct
from token_svc.application.ports.lwa_client import (
    AnswerLost,
    ClientRejected,
    GrantRefused,
    LwaAnswer,
    LwaClientId,
    Malformed,
    RequestRefused,
)
from token_svc.domain.account import Region

_LARGEST: Final = 64 * 1024
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_PASSING: Final = frozenset({"server_error", "temporarily_unavailable"})
_CLIENT: Final = frozenset({"invalid_client", "unauthorized_client"})


class _Issued(SecretStruct):
    access_token: str
    expires_in: float
    refresh_token: str | None = None


class _Refused(msgspec.Struct):
    error: str
    error_description: str = ""


class HttpLwaClient:
    """Posts form bodies (RFC 6749) to the token URL of the account's region (and API), each call within one total deadline.

    Error codes: those Amazon's own clients know (LWAExceptionErrorCode) and `unsupported_grant_type`.
    """

    def __init__(self, http: httpx.AsyncClient, urls: Mapping[Region, str], ads_urls: Mapping[Region, str] | None = None) -> None:
        self._http = http
        self._urls = urls
        self._ads_urls = ads_urls or urls

    @classmethod
    @asynccontextmanager
    async def open(cls, urls: Mapping[Region, str], ads_urls: Mapping[Region, str] | None = None) -> AsyncGenerator["HttpLwaClient"]:
        """Open a client with pooled connections."""
        async with httpx.AsyncClient(transport=AiohttpTransport(), follow_redirects=False, timeout=None) as http:  # noqa: S113 - total deadlines, see _post
            yield cls(http, urls, ads_urls)

    async def refresh(self, client: LwaClientId, refresh_token: Secret, *, region: Region, seconds: float) -> LwaAnswer:
        return await self._post(client, {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()}, region, seconds)

    async def exchange_code(
        self, client: LwaClientId, code: Secret, redirect_uri: str, *, region: Region, seconds: float, verifier: Secret | None = None
    ) -> LwaAnswer:
        form = {"grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": redirect_uri}
        if verifier is not None:
            form["code_verifier"] = verifier.reveal()
        return await self._post(client, form, region, seconds)

    async def client_credentials(self, client: LwaClientId, scope: str, *, region: Region, seconds: float) -> LwaAnswer:
        return await self._post(client, {"grant_type": "client_credentials", "scope": scope}, region, seconds)

    async def _post(self, client: LwaClientId, form: dict[str, str], region: Region, seconds: float) -> LwaAnswer:
        fields = {**form, "client_id": client.client_id, "client_secret": client.client_secret.reveal()}
        urls = self._ads_urls if client.is_for_ads else self._urls
        try:
            async with asyncio.timeout(seconds):
                async with self._http.stream("POST", urls[region], data=fields) as response:
                    content = await _bounded(response)
        except httpx.ConnectTimeout:  # what the aiohttp transport makes of a refused connection
            raise Unavailable("Login with Amazon cannot be reached", retry_after=None) from None
        except (TimeoutError, httpx.TimeoutException):
            raise Timeout("Login with Amazon did not answer in time") from None
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
            raise AnswerLost(f"Login with Amazon broke off ({type(error).__name__})", retry_after=None) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable(f"Login with Amazon cannot be reached ({type(error).__name__})", retry_after=None) from None
        return _understood(response, content)


async def _bounded(response: httpx.Response) -> bytes:
    content = b""
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > _LARGEST:
            raise Malformed("Login with Amazon sent far too much")
    return content


def _understood(response: httpx.Response, content: bytes) -> LwaAnswer:
    if response.is_success:
        try:
            issued = msgspec.json.decode(content, type=_Issued, strict=False)
        except msgspec.MsgspecError:
            raise Malformed("Login with Amazon sent an answer that is none") from None
        if not issued.access_token or issued.expires_in <= 0:
            raise Malformed("Login with Amazon issued an empty or expired token")
        rotated = Secret(issued.refresh_token) if issued.refresh_token else None
        return LwaAnswer(access_token=Secret(issued.access_token), expires_in=issued.expires_in, refresh_token=rotated)
    if response.status_code == _TOO_MANY:
        raise RateLimited("Login with Amazon asks to slow down", retry_after=retry_after_of(response.headers))
    if response.status_code >= _SERVER_ERROR:
        raise Unavailable(f"Login with Amazon answered {response.status_code}", retry_after=retry_after_of(response.headers))
    try:
        refused = msgspec.json.decode(content, type=_Refused)
    except msgspec.MsgspecError:
        raise Malformed(f"Login with Amazon answered {response.status_code} without saying why") from None
    reason = f"{refused.error}: {refused.error_description}"[:300]
    if refused.error == "invalid_grant":
        raise GrantRefused(reason)
    if refused.error in _CLIENT:
        raise ClientRejected(reason)
    if refused.error in _PASSING:
        raise Unavailable(reason, retry_after=retry_after_of(response.headers))
    raise RequestRefused(reason)
