"""Calls the HTTP API of HashiCorp Vault or OpenBao (https://developer.hashicorp.com/vault/api-docs)."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from svc_kit.errors import RateLimited, Timeout, Unavailable
from svc_kit.secret import Secret

_FORBIDDEN: Final = 403
_RATE_LIMITED: Final = 429
# Verdicts on the request itself. All else is Vault's state: sealed (503), standby (429, 472, 473), not yet replicated (412).
_VERDICTS: Final = frozenset({400, 404, 405})


class VaultRefusedError(Exception):
    """Vault answered 400, 404 or 405; `errors` are its own words. Adapters translate it into their port's terms."""

    def __init__(self, status: int, errors: tuple[str, ...]) -> None:
        super().__init__(f"Vault answered {status}: {'; '.join(errors) or 'no reason given'}")
        self.status = status
        self.errors = errors

    def says(self, *words: str) -> bool:
        """Return whether one of the errors contains one of these texts."""
        return any(word in error for error in self.errors for word in words)


class _Answer(msgspec.Struct):
    data: dict[str, Any] | None = None
    errors: tuple[str, ...] = ()


class VaultClient:
    """A client for one Vault: token, namespace, one total deadline, faults in the kit's own terms.

    A token file is read for each call: whoever renews the token (Vault Agent, a sidecar) replaces it in place, and no
    restart is needed.
    """

    def __init__(
        self, client: httpx.AsyncClient, *, token: Secret | Path, namespace: str | None = None, deadline_seconds: float = 5.0
    ) -> None:
        self._client = client
        self._token = token
        self._namespace = namespace
        self._deadline = deadline_seconds

    @classmethod
    @asynccontextmanager
    async def open(
        cls, address: str, *, token: Secret | Path, namespace: str | None = None, deadline_seconds: float = 5.0
    ) -> AsyncGenerator["VaultClient"]:
        """Open a client with pooled connections for `address` (`https://vault.example:8200`)."""
        async with httpx.AsyncClient(base_url=address, transport=AiohttpTransport(), timeout=deadline_seconds) as client:
            yield cls(client, token=token, namespace=namespace, deadline_seconds=deadline_seconds)

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the `data` of the answer to `/v1/<path>`, empty when it has none.

        Raises `VaultRefusedError` for a verdict on the request; `Timeout`, `RateLimited`, or `Unavailable` (not reached,
        sealed, standby, permission denied, token file unreadable).
        """
        content = None if body is None else msgspec.json.encode(body)
        headers = self._headers()
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._client.request(method, f"/v1/{path}", content=content, headers=headers)
        except httpx.ConnectTimeout as error:  # the aiohttp transport says this for a refused connection as well
            raise Unavailable("Vault cannot be reached") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Timeout("Vault did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unavailable("Vault cannot be reached") from error
        return _data_of(response)

    def _headers(self) -> dict[str, str]:
        try:
            token = self._token.read_text(encoding="utf-8").strip() if isinstance(self._token, Path) else self._token.reveal()
        except OSError as error:
            raise Unavailable(f"the file of the Vault token cannot be read ({type(error).__name__})") from None
        headers = {"x-vault-token": token, "x-vault-request": "true", "content-type": "application/json"}
        return headers | ({"x-vault-namespace": self._namespace} if self._namespace else {})


def _data_of(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = msgspec.json.decode(response.content, type=_Answer) if response.content else _Answer()
    except msgspec.MsgspecError:
        raise Unavailable(f"Vault answered {response.status_code} with something that is not its own") from None
    if response.is_success:
        return answer.data or {}
    if response.status_code in _VERDICTS:
        raise VaultRefusedError(response.status_code, answer.errors)
    said = "; ".join(answer.errors)
    if response.status_code == _FORBIDDEN:
        raise Unavailable(f"Vault refused the token or its policy does not allow this: {said}")
    if response.status_code == _RATE_LIMITED:
        raise RateLimited("Vault asks to slow down", retry_after=1)
    raise Unavailable(f"Vault cannot serve now ({response.status_code}): {said}")
