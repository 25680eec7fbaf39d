"""The whole service in process: real routing, errors and authentication guards, memory adapters beneath."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from svc_kit.identity import Caller, Unauthenticated
from svc_kit.ids import SequenceIds
from sync_svc.adapters.outbound.memory.event_log import MemoryEventLog
from sync_svc.adapters.outbound.memory.run_history import MemoryRunHistory
from sync_svc.adapters.outbound.memory.unit_of_work import MemoryUnitOfWork
from sync_svc.adapters.outbound.memory.work_directory import MemoryWorkDirectory
from sync_svc.bootstrap import Adapters, build_app
from sync_svc.config import Config
from sync_svc.domain.dataset import Dataset
from sync_svc.domain.freshness import Freshness

CALLERS = {
    "seller": Caller(kind="user", subject="u1", tenant="acme"),
    "rival": Caller(kind="user", subject="u2", tenant="rival"),
    "operator": Caller(kind="service", subject="operator", tenant="acme", scopes=frozenset({"sync:admin"})),
    "operator-without-tenant": Caller(kind="service", subject="operator", tenant=None, scopes=frozenset({"sync:admin"})),
    "service": Caller(kind="service", subject="demo-service", tenant="acme", scopes=frozenset({"spapi:call"})),
}


class KnownCallers:
    """A verifier whose tokens are names."""

    async def verify(self, bearer: str) -> Caller:
        if bearer not in CALLERS:
            raise Unauthenticated("the bearer token is not known")
        return CALLERS[bearer]


@dataclass
class Sse:
    """What a client of the event stream has received so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_ended: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, part: str) -> str:
        async with asyncio.timeout(60):
            while part not in self.text:
                assert not self.is_ended, self.text
                self.news.clear()
                await self.news.wait()
        return self.text


class Service:
    """The running application, and what lies beneath it."""

    def __init__(
        self, *, app: Litestar, uow: MemoryUnitOfWork, log: MemoryEventLog, clock: Any, samples: Any, stack: AsyncExitStack
    ) -> None:
        self.app, self.uow, self.log, self.clock, self.samples, self.stack = app, uow, log, clock, samples, stack
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sync-svc")

    async def get(self, path: str, caller: str | None = "seller", **headers: str) -> httpx.Response:
        bearer = {"authorization": f"Bearer {caller}"} if caller else {}
        return await self.http.get(path, headers=bearer | headers)

    async def post(self, path: str, caller: str | None = "seller") -> httpx.Response:
        return await self.http.post(path, headers={"authorization": f"Bearer {caller}"} if caller else {})

    async def fill(self, tenant: str = "acme", orders: Any = (), items: Any = ()) -> None:
        async with self.uow.transaction(tenant) as tx:
            await tx.accounts.save(self.samples.account(tenant=tenant))
            await tx.orders.merge(orders)
            await tx.inventory.merge(items, run_id="r")
            for dataset in Dataset:
                record = Freshness(account_id="acc-1", dataset=dataset).succeeded(
                    at=self.clock.now(), watermark=self.clock.now() - timedelta(minutes=2), marketplaces=()
                )
                await tx.freshness.save(record)

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def listen(self, path: str = "/api/v1/events", caller: str = "seller", **headers: str) -> Sse:
        """Open the event stream and keep reading in the background."""
        heard, gone = Sse(), asyncio.Event()
        plain, _, query = path.partition("?")
        pairs = {"authorization": f"Bearer {caller}", **headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in pairs.items()],
            "client": ("127.0.0.1", 1),
            "server": ("sync-svc", 80),
        }
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                heard.status = message["status"]
                heard.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                heard.text += message.get("body", b"").decode()
                heard.is_ended = not message.get("more_body", False)
            heard.news.set()

        async def serve() -> None:
            await self.app(scope, receive, send)  # type: ignore[arg-type]

        task = asyncio.create_task(serve())

        async def hang_up() -> None:
            gone.set()
            await asyncio.wait({task}, timeout=60)

        self.stack.push_async_callback(hang_up)
        return heard


@pytest.fixture
async def service(clock: Any, samples: Any, tmp_path: Any) -> AsyncIterator[Service]:
    directory = tmp_path / "services.json"
    directory.write_text('{"services":{}}')
    config = Config.from_env(
        {
            "ROLES": "api",
            "DATABASE_URL": "postgresql://nobody@localhost/none",
            "SERVICE_KEY": "none",
            "SERVICE_DIRECTORY_FILE": str(directory),
            "OIDC_ISSUER": "http://issuer.example",
            "GATEWAY_URL": "http://gateway.example",
        }
    )
    uow, log = MemoryUnitOfWork(), MemoryEventLog()
    overrides = Adapters(
        clock=clock,
        ids=SequenceIds(),
        uow=uow,
        directory=MemoryWorkDirectory(uow),
        history=MemoryRunHistory(uow),
        event_log=log,
        verifier=KnownCallers(),  # type: ignore[arg-type]
    )
    app = build_app(config, overrides=overrides)
    started, stopped = asyncio.Event(), asyncio.Event()

    async def live() -> None:  # the lifespan must begin and end in one task
        async with app.lifespan():
            started.set()
            await stopped.wait()

    life = asyncio.create_task(live())
    await started.wait()
    async with AsyncExitStack() as stack:
        opened = Service(app=app, uow=uow, log=log, clock=clock, samples=samples, stack=stack)
        await stack.enter_async_context(opened.http)
        await opened.settle()
        yield opened
    stopped.set()
    await life
