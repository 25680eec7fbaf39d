"""The simulator as a process of its own, on free ports."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sellerport_stack.servers.ports import free_port

READY_SECONDS = 60


@dataclass
class Process:
    """A running simulator; ``control`` speaks to its control API."""

    environment: dict[str, str]
    ports: dict[str, int]
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator"], env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the simulator did not start"
            try:
                self.control("GET", "clock")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the simulator did not become ready")

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def url(self, door: str) -> str:
        return f"http://127.0.0.1:{self.ports[door]}"

    def control(self, method: str, path: str, **content: Any) -> Any:
        answer = httpx.request(method, f"{self.url('MAIN')}/_sim/{path}", json=content if method != "GET" else None, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def refresh_token(self, seller_id: str) -> str:
        return str(self.control("POST", f"sellers/{seller_id}/grants")["refresh_token"])


@pytest.fixture
def start_simulator(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts simulators that share the test's state file; all are gone when the test ends."""
    started: list[Process] = []

    def start(**environment: str) -> Process:
        ports = {door: free_port() for door in ("MAIN", "NA", "EU", "FE")}
        settings = {f"SIM_PORT_{door}": str(port) for door, port in ports.items()} | {"SIM_STATE_FILE": str(tmp_path / "state.json")}
        simulator = Process(settings | environment, ports)
        started.append(simulator)
        simulator.start()
        return simulator

    yield start
    for simulator in started:
        simulator.stop(signal.SIGKILL)
