"""Keeps programs running: starts them, watches them, starts the fallen again, stops all in reverse order."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sellerport_stack.processes.process import Process, StartError
from sellerport_stack.processes.spec import ProcessSpec
from sellerport_stack.state.pids import PidRecords

_WATCH_SECONDS: Final = 0.3
_WATCH_PATIENCE: Final = 2.0
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_SETTLED_SECONDS: Final = 60.0


class _Fallen:
    """How often one program has fallen lately, and when it may try again."""

    def __init__(self) -> None:
        self.pause = _FIRST_PAUSE
        self.try_at: float | None = None
        self.started_at = time.monotonic()

    def fall(self) -> float:
        """Note a fall; returns the pause before the next try: doubled each time, forgotten after a quiet minute."""
        now = time.monotonic()
        if now - self.started_at > _SETTLED_SECONDS:
            self.pause = _FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, _LONGEST_PAUSE)
        self.try_at = now + pause
        return pause


class Supervisor:
    """The programs of one stack, by name, in the order in which they were launched."""

    def __init__(self, records: PidRecords, report: Callable[[str], None], stopping: threading.Event | None = None) -> None:
        self.processes: dict[str, Process] = {}
        self._records = records
        self._report = report
        self._stopping = stopping or threading.Event()
        self._watcher: threading.Thread | None = None
        self._fallen: dict[str, _Fallen] = {}

    def launch(self, spec: ProcessSpec) -> Process:
        """Start the program and return once it serves; raises `StartError` when it does not, or when all is being stopped."""
        if self._stopping.is_set():
            raise StartError(f"{spec.name} was not started: the stack is being stopped")
        process = Process(spec, self._records)
        self.processes[spec.name] = process
        process.start()
        process.wait_ready(self._stopping)
        return process

    def run(self, spec: ProcessSpec) -> None:
        """Run a program that ends by itself; raises `StartError` when it fails."""
        process = Process(spec, self._records)
        process.start()
        process.wait_done(self._stopping)

    def watch(self) -> None:
        """From now on start every program again that falls, with growing pauses."""
        self._watcher = threading.Thread(target=self._watch, name="watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop every program: the last launched kind first, programs of one `stage` together."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        stages = sorted({process.spec.stage for process in self.processes.values()}, reverse=True)
        for stage in stages:
            members = [process for process in self.processes.values() if process.spec.stage == stage]
            with ThreadPoolExecutor(max_workers=len(members)) as pool:
                list(pool.map(lambda process: process.stop(), members))

    def kill(self) -> None:
        """End every program at once."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join(_WATCH_PATIENCE)  # else it could start again what is killed here
        for process in self.processes.values():
            process.kill()

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_SECONDS):
            for process in list(self.processes.values()):
                self._look_at(process)

    def _look_at(self, process: Process) -> None:
        history = self._fallen.setdefault(process.name, _Fallen())
        if process.is_running or not process.is_wanted:
            history.try_at = None
        elif history.try_at is None:
            pause = history.fall()
            self._report(process.diagnosis(f"fell (status {process.exit_code}); it is started again in {pause:.1f} s"))
        elif time.monotonic() >= history.try_at:
            history.started_at, history.try_at = time.monotonic(), None
            if process.start_again():  # it may have been stopped since it was looked at
                self._report(f"{process.name} was started again")
