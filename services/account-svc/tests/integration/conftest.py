"""The whole service on real servers, a stand-in for token-svc and the people's issuer, and a wire that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import httpx
import pytest
from aiohttp import web
from litestar import Litestar
from sqlalchemy.engine import make_url

from account_svc.adapters.outbound.postgres.migrate import migrate
from account_svc.bootstrap import build_app
from account_svc.config import Config
from sellerport_stack.servers.ports import free_port
from svc_kit.secret import Secret


@dataclass
class Surroundings:
    """Publishes the issuer's keys and answers `POST /v1/authorizations` for the codes it knows, each once."""

    jwks: dict[str, object]
    url: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    async def exchange(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append((request.headers["authorization"], body))
        token = self.codes.pop(body["code"], None)
        if token is None:
            problem = {"type": "about:blank", "title": "x", "status": 400, "code": "authorization_code_rejected", "detail": "old"}
            return web.json_response(problem, status=400, content_type="application/problem+json")
        return web.json_response({"refresh_token": token, "access_token": "Atza|x", "expires_in": 3600})

    async def show_keys(self, _request: web.Request) -> web.Response:
        return web.json_response(self.jwks)


class Cable:
    """Passes bytes to host:port while it is whole; cut, it drops every connection and refuses new ones."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task] = set()
        self.port = free_port()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:  # it was cut between the connection and its first step
            writer.transport.abort()
            return
        task = asyncio.current_task()
        self._tasks.add(task)
        far_writer = None
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, far_writer))
                both.create_task(_pump(far_reader, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in (writer, far_writer):
                if end is not None:
                    end.transport.abort()
            self._tasks.discard(task)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()


@pytest.fixture
async def surroundings(keyring) -> AsyncIterator[Surroundings]:
    it = Surroundings({"keys": [keyring.jwk("people")]})
    app = web.Application()
    app.add_routes([web.post("/v1/authorizations", it.exchange), web.get("/jwks", it.show_keys)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield it
    await runner.cleanup()


@pytest.fixture
async def database_urls(database_factory):
    """A migrated database of its own."""
    urls = database_factory(owner="account_owner", app="account_app")
    await migrate(urls.owner_url, make_url(urls.app_url).username)
    return urls


@pytest.fixture
def live_config(environment, surroundings, database_urls, nats_url) -> Config:
    return Config.from_env(
        {
            **environment,
            "DATABASE_URL": database_urls.app_url,
            "NATS_URL": nats_url,
            "TOKEN_SVC_URL": surroundings.url,
            "OIDC_JWKS_URL": f"{surroundings.url}/jwks",
        }
    )


@asynccontextmanager
async def lived(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Start the application in a task of its own (a fixture ends in another task than it began in) and stop it."""
    up, down = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            up.set()
            await down.wait()

    task = asyncio.create_task(live())
    await asyncio.wait({task, asyncio.ensure_future(up.wait())}, return_when=asyncio.FIRST_COMPLETED)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door.test") as client:
        yield client
    down.set()
    await task


@pytest.fixture
async def client(live_config) -> AsyncIterator[httpx.AsyncClient]:
    async with lived(build_app(live_config)) as client:
        yield client


@pytest.fixture
async def database_cable(database_urls) -> AsyncIterator[Cable]:
    url = make_url(database_urls.app_url)
    cable = Cable(url.host, url.port)
    await cable.mend()
    yield cable
    await cable.cut()


@pytest.fixture
async def nats_cable(nats_url) -> AsyncIterator[Cable]:
    url = urlsplit(nats_url)
    cable = Cable(url.hostname, url.port)
    await cable.mend()
    yield cable
    await cable.cut()


@pytest.fixture
async def wired(live_config, database_cable, nats_cable) -> AsyncIterator[httpx.AsyncClient]:
    """The service, reaching its servers through the cables."""
    database_url = make_url(live_config.database_url.reveal()).set(host="127.0.0.1", port=database_cable.port)
    nats_url = Secret(f"nats://127.0.0.1:{nats_cable.port}")
    config = replace(live_config, database_url=Secret(database_url.render_as_string(hide_password=False)), nats_url=nats_url)
    async with lived(build_app(config)) as client:
        yield client


@pytest.fixture(name="lived")
def lived_fixture():
    """`async with lived(app) as client`, for tests that build an application of their own."""
    return lived
