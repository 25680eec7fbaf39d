"""The whole service in process, with fakes outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from litestar import Litestar

from svc_kit.clock import SystemClock
from svc_kit.identity import ServiceDirectory, TokenVerifier
from svc_kit.secret import Secret
from token_svc.adapters.inbound.nats.issue_rpc import issue_rpc
from token_svc.adapters.inbound.token_desk import TokenDesk
from token_svc.adapters.outbound.local.journal import LogJournal
from token_svc.adapters.outbound.local.token_signer import EdDsaTokenSigner
from token_svc.application.use_cases import Policy, UseCases
from token_svc.bootstrap import Adapters, build_app
from token_svc.config import Config


@dataclass
class Service:
    """A client of the running service, and everything around it."""

    http: httpx.AsyncClient
    world: Any
    identities: Any
    rpc: Any

    def bearer(self, service: str = "spapi-gateway", *scopes: str, tenant: str | None = None) -> dict[str, str]:
        return self.identities.bearer(service, *(scopes or ("tokens:issue",)), tenant=tenant)

    async def issue(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.http.post("/v1/tokens", json=body, headers={**self.bearer(), **headers})


@pytest.fixture
def config(tmp_path, identities) -> Config:
    files = {
        "SERVICE_KEY_FILE": identities.pem("token-svc").reveal(),
        "SERVICE_DIRECTORY_FILE": identities.directory().decode(),
        "SERVICE_CLIENTS_FILE": '{"clients": []}',
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    return Config.from_env(
        {
            **{name: str(tmp_path / name) for name in files},
            "NATS_URL": "nats://127.0.0.1:9",
            "SERVICE_KEY_ID": "token-svc-1",
            "ACCOUNT_SVC_URL": "http://127.0.0.1:9",
            "TOKEN_CACHE_KEY": "k" * 40,
            "HANDLE_KEY": "h" * 40,
        }
    )


@pytest.fixture
async def service(world, config, identities) -> AsyncIterator[Service]:
    verifier = TokenVerifier("token-svc", ServiceDirectory.parse(identities.directory()), None, SystemClock())
    world.sts.clock = SystemClock()
    ports = {
        **vars(world.ports()),
        "signer": EdDsaTokenSigner(identities.issuer("token-svc")),
        "clock": SystemClock(),
        "chance": lambda: 0.0,  # no pause between attempts
        "journal": LogJournal(),
    }
    adapters = Adapters(**ports, verifier=verifier)
    app = build_app(config, overrides=adapters)
    desk = TokenDesk(UseCases.assemble(adapters, Policy(handle_key=Secret("h" * 40))), adapters.clock, default_seconds=10)
    async with running(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://token-svc") as http:
        yield Service(http, world, identities, issue_rpc(desk, verifier))


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Start and stop the application in one task, whatever tasks a fixture is set up and torn down in."""
    started, ended = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await ended.wait()

    task = asyncio.create_task(live())
    await started.wait()
    try:
        yield
    finally:
        ended.set()
        await task
