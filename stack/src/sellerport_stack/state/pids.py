"""Which processes this folder's stack has started, so that a later start can end what a killed one left behind."""

import contextlib
import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from sellerport_stack.state.folder import write_private

_SAME_START_SECONDS: Final = 2.0  # the kernel's time of boot, from which it is counted, moves by a second when the clock is set
_POLITE_SECONDS: Final = 8.0
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True)
class PidRecords:
    """One file a process: its id, when it began, and the signal it likes to be stopped by.

    A process id alone proves nothing after a while; id and start time together name one process of one boot.
    """

    folder: Path
    polite_seconds: float = _POLITE_SECONDS

    def note(self, name: str, pid: int, stop_signal: int) -> None:
        """Remember that `name` runs as `pid`; a process that is gone already is not remembered."""
        with contextlib.suppress(psutil.NoSuchProcess):
            record = {"pid": pid, "started": psutil.Process(pid).create_time(), "stop_signal": int(stop_signal)}
            write_private(self._file(name), json.dumps(record))

    def forget(self, name: str) -> None:
        """Forget `name`; it has ended."""
        self._file(name).unlink(missing_ok=True)

    def running(self) -> dict[str, psutil.Process]:
        """Return the remembered processes that run still, by name."""
        found: dict[str, psutil.Process] = {}
        for file in sorted(self.folder.glob("*.json")):
            process = _named_by(_read(file))
            if process is not None:
                found[file.stem] = process
        return found

    def sweep(self) -> list[str]:
        """End every remembered process that runs still, and forget all; returns the names of those ended."""
        running = self.running()
        for name, process in running.items():
            record = _read(self._file(name))
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(int(record.get("stop_signal", signal.SIGTERM)))
        for process in _still_there(list(running.values()), self.polite_seconds):
            _kill_group(process.pid)
        _still_there(list(running.values()), self.polite_seconds)
        for file in self.folder.glob("*.json"):
            file.unlink(missing_ok=True)
        return sorted(running)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def _read(file: Path) -> dict[str, float]:
    try:
        content = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _named_by(record: dict[str, float]) -> psutil.Process | None:
    """Return the process a record names, when it is that very one and not a later one with the same id."""
    try:
        process = psutil.Process(int(record["pid"]))
        same = abs(process.create_time() - float(record["started"])) < _SAME_START_SECONDS
        return process if same and _runs(process) else None
    except (KeyError, TypeError, ValueError, psutil.Error):
        return None


def _still_there(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until all have ended and return those that have not; one that nobody has reaped yet has ended."""
    deadline = time.monotonic() + seconds
    while True:
        left = [process for process in processes if _runs(process)]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(_POLL_SECONDS)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _kill_group(pid: int) -> None:
    """Kill the process and, since each leads a group of its own, whatever it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
