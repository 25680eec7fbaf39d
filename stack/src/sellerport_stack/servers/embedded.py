"""One server for the length of a block: what tests use."""

import atexit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sellerport_stack.processes import Process, ProcessSpec, StartError
from sellerport_stack.servers.ports import free_port

_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class EmbeddedServer:
    """A server on localhost that serves now."""

    port: int
    process: Process


@contextmanager
def running(describe: Callable[[int], ProcessSpec]) -> Iterator[EmbeddedServer]:
    """Run the server that `describe(port)` names on a free port until the block ends, however it ends."""
    server = _start(describe)
    atexit.register(server.process.kill)
    try:
        yield server
    finally:
        server.process.stop()
        atexit.unregister(server.process.kill)


def _start(describe: Callable[[int], ProcessSpec]) -> EmbeddedServer:
    """Start on a free port; another one is tried when somebody took it in between."""
    for attempt in range(_ATTEMPTS):
        port = free_port()
        process = Process(describe(port))
        process.start()
        try:
            process.wait_ready()
        except BaseException as error:
            process.kill()
            if attempt + 1 == _ATTEMPTS or not isinstance(error, StartError):
                raise
        else:
            return EmbeddedServer(port, process)
    raise AssertionError("unreachable")
