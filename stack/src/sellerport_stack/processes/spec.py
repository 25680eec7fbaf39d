"""The description of one program."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


def _always() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """What to run, as whom, and how to tell that it serves.

    `ready` answers within a second and never raises. `ports` maps each TCP port the program listens on to the setting that
    moves it. Programs of a higher `stage` are stopped before those of a lower one. `user` is the numeric id of an
    unprivileged user, for programs that refuse to run as root.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    cwd: Path = Path("/")
    ready: Callable[[], bool] = _always
    ready_seconds: float = 60.0
    ports: Mapping[int, str] = field(default_factory=dict[int, str])
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    user: int | None = None
    group: int | None = None
    stage: int = 0
    cure: str = ""
