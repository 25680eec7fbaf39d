"""A stack in the background: starting it, following it until it is ready, stopping it from elsewhere."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

import psutil

from sellerport_stack.config import StackConfig
from sellerport_stack.processes import StartError
from sellerport_stack.state.lock import AlreadyRunningError, holder
from sellerport_stack.state.pids import PidRecords

_POLL_SECONDS: Final = 0.1
_STOP_SECONDS: Final = 40.0


def start_detached(config: StackConfig, say: Callable[[str], None]) -> int:
    """Start a supervisor of its own session, show what it says, and return when it is ready (0) or has failed."""
    if holder(config.state.lock) is not None:
        raise AlreadyRunningError(holder(config.state.lock))
    config.state.create()
    config.state.ready.unlink(missing_ok=True)
    log = config.state.log("stack")
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "sellerport_stack", "up", "--supervise"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with log.open() as lines:
            while child.poll() is None and _ready_pid(config) != child.pid:
                _show(lines.read(), say)
                time.sleep(_POLL_SECONDS)
            _show(lines.read(), say)
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)
        child.wait(_STOP_SECONDS)
        raise StartError("the start was interrupted; all is stopped") from None
    return child.poll() or 0


def stop_running(config: StackConfig, say: Callable[[str], None]) -> None:
    """Stop the stack of this state folder, whoever supervises it, and whatever a killed supervisor left behind."""
    if not config.state.is_ours():
        say("nothing runs here")
        return
    pid = holder(config.state.lock)
    if pid is not None:
        say(f"stopping (supervisor {pid}) …")
        _end(pid)
    left = PidRecords(config.state.pids).sweep()
    config.state.endpoints.unlink(missing_ok=True)
    say(f"ended what was left: {', '.join(left)}" if left else "stopped" if pid else "nothing runs here")


def _end(pid: int) -> None:
    try:
        supervisor = psutil.Process(pid)
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(_STOP_SECONDS)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        os.kill(pid, signal.SIGKILL)


def _ready_pid(config: StackConfig) -> int | None:
    try:
        return int(config.state.ready.read_text())
    except (OSError, ValueError):
        return None


def _show(text: str, say: Callable[[str], None]) -> None:
    if text.strip():
        say(text.rstrip("\n"))
