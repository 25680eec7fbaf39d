"""One running program."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Final

from sellerport_stack.processes.spec import ProcessSpec
from sellerport_stack.state.pids import PidRecords

_POLL_SECONDS: Final = 0.05
_TAIL_LINES: Final = 15


class StartError(RuntimeError):
    """A program did not come up; the message holds the end of its log and, where known, the cure."""


def tail(log: Path, lines: int = _TAIL_LINES) -> str:
    """Return the last `lines` lines of `log`, or a note that there is none."""
    try:
        text = log.read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(text[-lines:]) or "(the log is empty)"


class Process:
    """A program in a session of its own, so that no terminal signal reaches it and its whole group can be ended."""

    def __init__(self, spec: ProcessSpec, records: PidRecords | None = None) -> None:
        self.spec = spec
        self.is_wanted = False
        self._records = records
        self._popen: subprocess.Popen[bytes] | None = None
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """The name given in the description."""
        return self.spec.name

    @property
    def pid(self) -> int | None:
        """The process id of the last start, also after its end."""
        return self._popen.pid if self._popen else None

    @property
    def is_running(self) -> bool:
        """Whether the program runs now."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit status of the last run (negative: the signal that ended it); None while it runs."""
        return self._popen.poll() if self._popen else None

    def start(self) -> None:
        """Start the program and want it to run; nothing happens when it runs already. Does not wait until it serves."""
        with self._lock:
            self.is_wanted = True
            if self.is_running:
                return
            spec = self.spec
            spec.log.parent.mkdir(parents=True, exist_ok=True)
            with spec.log.open("ab") as log:
                self._popen = subprocess.Popen(
                    spec.argv,
                    env={**_surroundings(), **spec.env},
                    cwd=spec.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    user=spec.user,
                    group=spec.group,
                    extra_groups=[] if spec.user is not None else None,
                )
            if self._records:
                self._records.note(self.name, self._popen.pid, spec.stop_signal)

    def start_again(self) -> bool:
        """Start the program if it is still wanted and does not run; returns whether it was started."""
        with self._lock:
            if not self.is_wanted or self.is_running:
                return False
            self.start()
            return True

    def wait_ready(self, cancelled: threading.Event | None = None) -> None:
        """Return once the program serves; raise `StartError` when it ends before, takes too long, or `cancelled` is set."""
        deadline = time.monotonic() + self.spec.ready_seconds
        while True:
            if not self.is_running:
                raise StartError(self.diagnosis(f"ended with status {self.exit_code} before it was ready"))
            if self.spec.ready():
                return
            if cancelled is not None and cancelled.is_set():
                raise StartError(f"{self.name} was not awaited: the start was cancelled")
            if time.monotonic() > deadline:
                raise StartError(self.diagnosis(f"was not ready within {self.spec.ready_seconds:.0f} s"))
            time.sleep(_POLL_SECONDS)

    def wait_done(self, cancelled: threading.Event) -> None:
        """Return once the program has ended well; raise `StartError` when it fails, takes too long, or `cancelled` is set."""
        deadline = time.monotonic() + self.spec.ready_seconds
        while self.is_running and not cancelled.is_set() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        code = self.exit_code
        self.kill()
        if code != 0:
            raise StartError(self.diagnosis("did not end in time" if code is None else f"failed with status {code}"))

    def stop(self) -> None:
        """End the program and its group: politely first, by force after `stop_seconds`."""
        with self._lock:
            self.is_wanted = False
            if self._popen is None:
                return
            if self._popen.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._popen.pid, self.spec.stop_signal)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._popen.wait(self.spec.stop_seconds)
            self.kill()

    def kill(self) -> None:
        """End the program and its group at once (SIGKILL) and leave it down; nothing happens when all have ended."""
        with self._lock:
            self.is_wanted = False
            self.crash()
            if self._records:
                self._records.forget(self.name)

    def crash(self) -> None:
        """End the program and its group at once, as an accident: whoever watches it will start it again."""
        if self._popen is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()

    def restart(self) -> None:
        """Stop the program if it runs, start it, and return once it serves."""
        self.stop()
        self.start()
        self.wait_ready()

    def diagnosis(self, what: str) -> str:
        """Say what happened, with the end of the log and the cure."""
        cure = f"\n  cure: {self.spec.cure}" if self.spec.cure else ""
        indented = "\n".join(f"  | {line}" for line in tail(self.spec.log).splitlines())
        return f"{self.name} {what}; the end of {self.spec.log}:\n{indented}{cure}"


def _surroundings() -> dict[str, str]:
    """Return what a program needs of the caller's environment; settings are given one by one, never inherited."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "SSL_CERT_FILE", "COVERAGE_PROCESS_START")
    return {name: os.environ[name] for name in kept if name in os.environ}
