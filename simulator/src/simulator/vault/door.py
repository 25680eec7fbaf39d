"""Vault's front: seal, namespace, token and policy before any engine is asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import msgspec

from simulator.vault.kv import KvEngine
from simulator.vault.refusal import RefusedError
from simulator.vault.transit import TransitEngine
from simulator.web.request import Request
from simulator.web.response import Response


@dataclass
class VaultDoor:
    """One Vault with `transit/` and `secret/` (KV v2) mounted.

    `tokens` maps a token to the path prefixes it may use (`("",)` is root); `is_sealed` answers 503 to everything;
    `namespace` is the only one that exists. What was asked is in `asked`, without bodies.
    """

    tokens: dict[str, tuple[str, ...]]
    namespace: str = ""
    is_sealed: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.transit = TransitEngine()
        self.kv = KvEngine(self.now)

    async def __call__(self, request: Request) -> Response:
        """Answers one request; wrap it in `AsgiDoor` to serve it."""
        self.asked.append((request.method, request.path))
        try:
            return self._answered(request)
        except RefusedError as error:
            return error.response()

    def _answered(self, request: Request) -> Response:
        path = unquote(request.path).removeprefix("/v1/")
        if path == unquote(request.path):
            raise RefusedError(404)
        if self.is_sealed:
            raise RefusedError(503, "Vault is sealed")
        self._authorise(request, path)
        mount, _, rest = path.partition("/")
        if not rest or mount not in {"transit", "secret"}:
            raise RefusedError(404, f'no handler for route "{path}". route entry not found.')
        engine = self.transit if mount == "transit" else self.kv
        return engine.handle(request.method, rest.split("/"), _body(request))

    def _authorise(self, request: Request, path: str) -> None:
        token = request.header("x-vault-token")
        if not token:
            raise RefusedError(403, "permission denied: missing client token")
        in_namespace = (request.header("x-vault-namespace") or "").strip("/") == self.namespace
        allowed = self.tokens.get(token) if in_namespace else None
        if allowed is None or not any(path.startswith(prefix) for prefix in allowed):
            raise RefusedError(403, "1 error occurred:\n\t* permission denied\n\n")


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        return msgspec.json.decode(request.body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise RefusedError(400, "failed to parse JSON input") from None
