"""Starts the sides of a bench and measures the CPU time of each."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(module: str, port: int, core: int | None, **environment: str) -> Iterator[psutil.Process]:
    """Run `python -m module` as a server until the block ends; pinned to `core` when the machine has it."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, env={**os.environ, **environment, "HTTP_PORT": str(port)}, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert process.poll() is None, f"{module} ended"
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        watched = psutil.Process(process.pid)
        pin(watched, core)
        yield watched
    finally:
        process.terminate()
        process.wait(15)


def pin(process: psutil.Process, core: int | None) -> None:
    """Keep all threads of `process` on one core, where the system can do that."""
    if core is not None and hasattr(process, "cpu_affinity") and core in process.cpu_affinity():
        for thread in process.threads():
            with suppress(psutil.Error):
                psutil.Process(thread.id).cpu_affinity([core])


def cpu_seconds(process: psutil.Process) -> float:
    """Return user and system time of all its threads."""
    times = process.cpu_times()
    return float(times.user + times.system)


class Peer:
    """A client process that makes calls when told to and says what they cost."""

    def __init__(self, module: str, core: int | None, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        pin(psutil.Process(self._process.pid), core)

    def run(self, calls: int) -> float:
        """Make `calls` calls and return the CPU seconds of the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{calls}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline().split()[0])

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)
