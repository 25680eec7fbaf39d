"""The way out to Amazon over pyreqwest (Rust's reqwest)."""

import asyncio
from datetime import timedelta
from typing import Any, Final

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    BodyDecodeError,
    ClientClosedError,
    ConnectError,
    DecodeError,
    NetworkError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.request import RequestBuilder

from spapi_gateway.application.ports.upstream import (
    AnswerCutError,
    AnswerLostError,
    NonsenseAnswerError,
    NotConnectedError,
    UpstreamAnswer,
    UpstreamRequest,
)
from svc_kit.errors import PortError, Timeout

_CONNECT: Final = timedelta(seconds=5)
_SILENCE: Final = timedelta(seconds=60)
_AT_ONCE: Final = 128 * 1024
_WITH_LENGTH: Final = frozenset({"POST", "PUT", "PATCH"})


class PyreqwestAnswer:
    """A streamed answer; the reader pulls, so a slow caller slows Amazon and not our memory."""

    __slots__ = ("_is_small", "_left", "_request", "_response", "headers", "status")

    def __init__(self, request: Any, response: Any) -> None:
        self._request = request
        self._response = response
        self.status: int = response.status
        try:
            self.headers: list[tuple[str, str]] = list(response.headers.items())
        except ValueError:
            self.headers = _readable(response)
        length = response.get_header("content-length")
        # When the length is known, the end of the body needs no further look.
        self._left: int | None = int(length) if length is not None and length.isdigit() else None
        # One piece costs one crossing into Rust and one message to the server, several cost several.
        self._is_small = self._left is not None and self._left <= _AT_ONCE

    @property
    def is_at_end(self) -> bool:
        return self._left == 0

    async def read(self) -> bytes:
        if self._left == 0:
            return b""
        reader = self._response.body_reader
        try:
            if self._is_small:
                self._left, content = 0, bytes(await reader.bytes())
                return content
            chunk = await reader.read_chunk()
        except PyreqwestError as error:
            raise AnswerCutError(f"the answer's body broke off ({type(error).__name__})") from error
        if chunk is None:
            self._left = 0
            return b""
        content = bytes(chunk)
        if self._left is not None:
            self._left = max(0, self._left - len(content))
        return content

    async def close(self) -> None:
        request, self._request, self._left = self._request, None, 0
        if request is not None:
            await request.__aexit__(None, None, None)


def _readable(response: Any) -> list[tuple[str, str]]:
    """Return the header fields that are text; a field of other bytes cannot be passed on."""
    found: list[tuple[str, str]] = []
    for name in dict.fromkeys(response.headers.keys()):
        try:
            found += [(name, value) for value in response.get_header_all(name)]
        except ValueError:
            continue
    return found


class PyreqwestUpstream:
    """Pooled HTTP/1.1 connections; no redirects, no cookies, no proxies from the environment, no decoding of bodies."""

    def __init__(self, client: Client | None = None) -> None:
        self._client = client or build_client()

    async def send(self, request: UpstreamRequest, *, seconds: float) -> UpstreamAnswer:
        target = f"{request.endpoint}{request.path}?{request.query}" if request.query else request.endpoint + request.path
        prepared = self._prepare(request, target).build_streamed()
        try:
            async with asyncio.timeout(seconds):
                response = await prepared.__aenter__()
        except PyreqwestError as error:
            raise _fault(error) from error
        except TimeoutError as error:
            raise Timeout(f"Amazon did not answer within {seconds:.3g} s") from error
        return PyreqwestAnswer(prepared, response)

    def _prepare(self, request: UpstreamRequest, target: str) -> RequestBuilder:
        builder = self._client.request(request.method, target)
        body = request.body
        if isinstance(body, bytes):
            if body:
                return builder.headers(request.headers).body_bytes(body)
            if request.method in _WITH_LENGTH:
                return builder.headers([*request.headers, ("content-length", "0")])
            return builder.headers(request.headers)
        return builder.headers(request.headers).body_stream(body)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def build_client() -> Client:
    """Return a client that changes nothing of what passes through it."""
    builder = ClientBuilder().gzip(False).brotli(False).zstd(False).deflate(False).follow_redirects(False).referer(False).no_proxy()
    return (
        builder.user_agent("Sellerport/1.0 (Language=Python)")
        .http1_lower_case_headers()
        .connect_timeout(_CONNECT)
        .read_timeout(_SILENCE)
        .pool_idle_timeout(timedelta(seconds=50))
        .build()
    )


def _fault(error: PyreqwestError) -> PortError:
    """Say in the port's terms what happened; reqwest names the phase in its chain of causes."""
    causes = " ".join(cause["message"] for cause in (getattr(error, "details", None) or {}).get("causes") or [])
    if isinstance(error, RequestTimeoutError):
        return Timeout("Amazon did not answer in time")
    if isinstance(error, ConnectError) and "(Connect)" in causes:
        return NotConnectedError("no connection to Amazon could be made")
    if isinstance(error, BodyDecodeError):
        return AnswerLostError("the connection to Amazon broke as the answer began")
    if isinstance(error, DecodeError):
        return NonsenseAnswerError("what came back from Amazon is not HTTP")
    if isinstance(error, NetworkError | ClientClosedError):
        return AnswerLostError("the connection to Amazon broke before the answer began")
    return NonsenseAnswerError(f"the request to Amazon failed ({type(error).__name__})")
