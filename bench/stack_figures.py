"""Start of the whole stack, first data on the page, what each service holds in memory, and what connecting costs."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
from bench import connect_flow, token_speed
from bench.processes import ROOT

PORT_BASE = 9300
SERVICES = {"account-svc": 2, "token-svc": 3, "spapi-gateway": 4, "sync-svc (api)": 5, "sync-svc (worker)": 14}
PATIENCE = 120.0


def measure() -> dict[str, float]:
    """Return seconds until ready and until the first order is on the dashboard, and megabytes by service."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT_BASE": str(PORT_BASE), "STATE_DIR": folder, "SIMULATOR": "on"}
        stack = [sys.executable, "-m", "sellerport_stack"]
        started = time.perf_counter()
        try:
            subprocess.run([*stack, "up", "--detach"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)
            ready = time.perf_counter() - started
            endpoints = json.loads((Path(folder) / "endpoints.json").read_text())
            _first_data(endpoints)
            first_data = time.perf_counter() - started
            memory = {f"{name}, resident MB": _resident(PORT_BASE + offset) for name, offset in SERVICES.items()}
            connecting = connect_flow.measure(endpoints)
            tokens = token_speed.of_stack(endpoints["token_svc"], endpoints["tokens"]["operator"], endpoints["accounts"][0]["id"])
        finally:
            subprocess.run([*stack, "down"], cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL, timeout=PATIENCE)
    return {"start until ready, s": ready, "start until first data, s": first_data, **memory, **connecting, **tokens}


def _first_data(endpoints: dict) -> None:
    url = f"{endpoints['sync_svc']}/api/v1/dashboard/amazon-orders"
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {endpoints['tokens']['seller']}"})  # noqa: S310 - our own stack
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - the same
                if json.load(answer)["data"]["totalOrders"] > 0:
                    return
        except urllib.error.URLError as error:
            last = str(error)
        time.sleep(0.1)
    raise TimeoutError(f"no data on the dashboard {last}")


def _resident(port: int) -> float:
    """Return the resident megabytes of the process that listens on `port`; 0 when none does."""
    for process in psutil.process_iter():
        try:
            listens = any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in process.net_connections("inet"))
        except psutil.Error:
            continue
        if listens:
            return process.memory_info().rss / 1e6
    return 0.0
