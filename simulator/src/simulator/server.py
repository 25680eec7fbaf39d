"""One process, one event loop, four listening sockets."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator

import httpx
import structlog
import uvicorn

from simulator.config import Config
from simulator.demo.life import DemoLife
from simulator.demo.seed import seed_demo
from simulator.doors import open_doors
from simulator.state.world import World
from simulator.web.asgi import AsgiDoor

_SAVE_EVERY = 3.0


class _QuietServer(uvicorn.Server):
    """A server that leaves the signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(config: Config, stop: asyncio.Event | None = None) -> None:
    """Serves until SIGTERM, SIGINT or ``stop``; what the world knows is on the disk when this returns."""
    log = structlog.get_logger()
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
    world = World(config)
    if config.demo:
        seed_demo(world)
    async with contextlib.AsyncExitStack() as stack:
        client = None
        if config.moto_url is not None:
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=config.moto_url, timeout=10, trust_env=False))
        doors = open_doors(world, client)
        ports = {config.port_main: doors.main, **{config.ports[region]: door for region, door in doors.regions.items()}}
        servers = [_server(config.host, port, door) for port, door in ports.items()]
        tasks = [asyncio.create_task(server.serve()) for server in servers]
        background = [asyncio.create_task(DemoLife(world).run()), asyncio.create_task(_save(world))]
        log.info("simulator.ready", main=config.port_main, **config.ports)
        await asyncio.wait([asyncio.create_task(stop.wait()), *tasks], return_when=asyncio.FIRST_COMPLETED)
        for server in servers:
            server.should_exit = True
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        world.files.save_changes(world)
        world.keep_credentials()
        log.info("simulator.stopped")
        failed = next((outcome for outcome in outcomes if isinstance(outcome, BaseException)), None)
        if failed is not None:
            raise failed


def _server(host: str, port: int, door: AsgiDoor) -> _QuietServer:
    return _QuietServer(
        uvicorn.Config(
            door,
            host=host,
            port=port,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=75,  # as patient as Amazon: a short one makes pooled clients lose races that they would not lose there
            ws="none",
        )
    )


async def _save(world: World) -> None:
    while True:
        await asyncio.sleep(_SAVE_EVERY)
        for snapshot in world.files.snapshots(world):
            await asyncio.to_thread(world.files.write, snapshot)
