"""Says who sits on a port before anything is started."""

from collections.abc import Mapping

import psutil

from sellerport_stack.ports import Ports
from sellerport_stack.processes import StartError
from sellerport_stack.servers.ports import is_taken


def names(ports: Ports, *, simulator: bool) -> dict[int, str]:
    """Return what will listen on each port of a stack."""
    simulated = {
        ports.simulator: "simulator",
        ports.moto: "moto",
        **{port: f"simulator SP-API {name}" for name, port in ports.spapi.items()},
    }
    return {
        ports.front_door: "front door",
        ports.sdk: "front door for SDKs (HTTPS)",
        ports.account_svc: "account-svc",
        ports.token_svc: "token-svc",
        ports.spapi_gateway: "spapi-gateway",
        ports.sync_svc: "sync-svc",
        ports.nats: "NATS",
        ports.nats_monitor: "NATS monitor",
        ports.postgres: "PostgreSQL",
        ports.sync_worker: "sync-svc worker",
        **(simulated if simulator else {}),
    }


def require_free(wanted: Mapping[int, str], base: int) -> None:
    """Raise `StartError` naming every port that is taken, by whom where that can be seen, and the cure."""
    taken = [port for port in sorted(wanted) if is_taken(port)]
    if not taken:
        return
    lines = [f"  - {port} (PORT_BASE + {port - base}, {wanted[port]}){_holder(port)}" for port in taken]
    raise StartError("ports are taken:\n" + "\n".join(lines) + f"\n  cure: stop what holds them, or `make up PORT_BASE={_other(base)}`")


def _other(base: int) -> int:
    candidates = (base + 100 * step for step in range(1, 50))
    return next((other for other in candidates if not any(is_taken(other + offset) for offset in range(15))), base + 100)


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections(kind="tcp")
        found = next((c.pid for c in connections if c.laddr and c.laddr.port == port and c.status == psutil.CONN_LISTEN and c.pid), None)
        return f": held by process {found} ({psutil.Process(found).name()})" if found else ""
    except (psutil.Error, OSError):
        return ""
