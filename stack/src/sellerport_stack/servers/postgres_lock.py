"""PostgreSQL's own lock file, when its holder was killed."""

import time
from pathlib import Path
from typing import Final

import psutil

_PATIENCE_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.1


def forget_dead_postmaster(data: Path) -> None:
    """Remove `postmaster.pid` in `data` when no process of that cluster runs any more; else leave it for PostgreSQL to judge.

    PostgreSQL takes any process with the noted id for its predecessor: one that nobody has reaped yet (in a container
    often never), or a stranger that got the id later. Sessions of a killed server end by themselves within moments; they
    are waited for, since the file is what protects the data from two servers at once.
    """
    file = data / "postmaster.pid"
    if not file.exists():
        return
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _is_served(data):
        if time.monotonic() > deadline:
            return
        time.sleep(_POLL_SECONDS)
    file.unlink(missing_ok=True)


def _is_served(data: Path) -> bool:
    """Return whether any live PostgreSQL process works in `data` (its working folder, with the postmaster's as well)."""
    return any(_works_in(process, data) for process in psutil.process_iter(["name", "status"]))


def _works_in(process: psutil.Process, data: Path) -> bool:
    info = process.info
    if info["name"] != "postgres" or info["status"] == psutil.STATUS_ZOMBIE:
        return False
    try:
        return Path(process.cwd()) == data.resolve()
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True  # somebody else's; it may be ours as well, so PostgreSQL shall judge
