"""Calls another service over HTTP with a service token and one total deadline."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import msgspec
import structlog
from httpx_aiohttp import AiohttpTransport

from svc_kit.errors import Timeout, Unavailable
from svc_kit.identity import ServiceTokenIssuer
from svc_kit.problem import Problem

_RETRYABLE: Final = frozenset({502, 503, 504})
_DIGITS: Final = 6


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header; None without one, and for a date, which nobody that we call sends."""
    text = headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


class RefusedError(Exception):
    """The other service answered with a problem document; adapters translate it into their port's terms."""

    def __init__(self, problem: Problem, retry_after: float | None) -> None:
        super().__init__(f"{problem.status} {problem.code}")
        self.problem = problem
        self.retry_after = retry_after


class ServiceClient:
    """An HTTP client for one other service: bearer token, request id passed on, faults in the kit's own terms."""

    def __init__(
        self, client: httpx.AsyncClient, *, issuer: ServiceTokenIssuer, audience: str, scopes: tuple[str, ...], deadline_seconds: float
    ) -> None:
        self._client = client
        self._deadline = deadline_seconds
        self._issuer = issuer
        self._audience = audience
        self._scopes = scopes

    @classmethod
    @asynccontextmanager
    async def open(
        cls, base_url: str, *, issuer: ServiceTokenIssuer, audience: str, scopes: tuple[str, ...], deadline_seconds: float = 5.0
    ) -> AsyncGenerator["ServiceClient"]:
        """Open a client with pooled connections; a call that takes longer than `deadline_seconds` in total ends in `Timeout`."""
        transport = AiohttpTransport()
        async with httpx.AsyncClient(base_url=base_url, transport=transport, timeout=deadline_seconds, follow_redirects=False) as client:
            yield cls(client, issuer=issuer, audience=audience, scopes=scopes, deadline_seconds=deadline_seconds)

    def headers(self, tenant: str | None = None) -> dict[str, str]:
        """Return the authorization and tracing headers of a call made now."""
        headers = {"authorization": f"Bearer {self._issuer.token(self._audience, self._scopes, tenant)}"}
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        return {**headers, "x-request-id": request_id} if isinstance(request_id, str) else headers

    async def call(
        self, method: str, path: str, *, body: Any = None, params: Mapping[str, str] | None = None, tenant: str | None = None
    ) -> bytes:
        """Return the body of a 2xx answer.

        Raises `Timeout`, `Unavailable` (no connection, 502, 503, 504; with the other side's Retry-After), or
        `RefusedError` with its problem document for every other answer.
        """
        content = None if body is None else msgspec.json.encode(body)
        headers = self.headers(tenant) | ({"content-type": "application/json"} if content is not None else {})
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.request(method, path, content=content, params=params, headers=headers)
        except httpx.ConnectTimeout as error:  # the aiohttp transport says this for a refused connection as well
            raise Unavailable(f"{self._audience} cannot be reached") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Timeout(f"{self._audience} did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unavailable(f"{self._audience} cannot be reached") from error
        if response.is_success:
            return response.content
        retry_after = retry_after_of(response.headers)
        problem = _problem_of(response)
        if response.status_code in _RETRYABLE and problem.code in {"temporarily_unavailable", "not_ready", "http_error"}:
            raise Unavailable(problem.detail or f"{self._audience} cannot serve now", retry_after=retry_after or 1)
        raise RefusedError(problem, retry_after)


def _problem_of(response: httpx.Response) -> Problem:
    try:
        return msgspec.json.decode(response.content, type=Problem)
    except msgspec.MsgspecError:
        return Problem.of(response.status_code, "http_error", f"unexpected answer {response.status_code}")
