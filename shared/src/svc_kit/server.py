"""Serves an ASGI application in this very process: one process to start, to watch and to kill."""

import asyncio
import gc
import signal
from collections.abc import Callable
from typing import Any, Final, cast

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from svc_kit.logs import get_logger

_BACKLOG: Final = 1024
# Requests leave few cycles behind: looking for them every 700 objects costs about 5 % of the processor for nothing.
_GC_THRESHOLD: Final = (10_000, 20, 50)


def serve(
    build: Callable[[], Any], *, host: str, port: int, drain_seconds: float = 10.0, on_drain: Callable[[Any], None] | None = None
) -> None:
    """Serve what `build()` returns on host:port until SIGTERM or SIGINT, then let requests under way end and return.

    `build` runs inside the event loop (uvloop). Requests that are not done `drain_seconds` after the signal are cut;
    `on_drain` is called with the application at the signal, so that it can end answers that would never end by themselves.
    HTTP/1.1 only: HTTP/2 is spoken by the front door. Raises what `build` or the application's start-up raises.
    """
    uvloop.run(_serve(build, host, port, drain_seconds, on_drain))


async def _serve(build: Callable[[], Any], host: str, port: int, drain_seconds: float, on_drain: Callable[[Any], None] | None) -> None:
    application = build()
    loop = asyncio.get_running_loop()
    server = cast(
        "Any",
        Server(
            application,
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_BACKLOG,
            log_enabled=False,
        ),
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLD)
    running = loop.create_task(server.serve())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    get_logger().info("serving", host=host, port=port)
    stopped = loop.create_task(stop.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not running.done():
        get_logger().info("draining", seconds=drain_seconds)
        if on_drain is not None:
            on_drain(application)
        server.stop()
        _, late = await asyncio.wait({running}, timeout=drain_seconds)
        for task in late:
            get_logger().warning("drain_cut")
            task.cancel()
    stopped.cancel()
    if running.done() and not running.cancelled():
        running.result()
