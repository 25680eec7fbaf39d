"""The state folder (STATE_DIR) and everything's place in it."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MARKER: Final = ".sellerport-stack"


class NotOursError(RuntimeError):
    """The folder holds something that no stack has put there."""


@dataclass(frozen=True)
class StateFolder:
    """Knows where each thing lies; `root` is absolute."""

    root: Path

    @property
    def logs(self) -> Path:
        """Logs, one file a process."""
        return self.root / "logs"

    @property
    def pids(self) -> Path:
        """Which processes were started."""
        return self.root / "pids"

    @property
    def secrets(self) -> Path:
        """Keys and passwords."""
        return self.root / "secrets"

    @property
    def endpoints(self) -> Path:
        """Where everything is, for people and tests."""
        return self.root / "endpoints.json"

    @property
    def ready(self) -> Path:
        """Names the supervisor that has everything up."""
        return self.root / "ready"

    @property
    def lock(self) -> Path:
        """Held by the one supervisor of this folder."""
        return self.root / "lock"

    @property
    def key(self) -> str:
        """A short name of this folder, for things that must lie outside it."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:16]

    def log(self, name: str) -> Path:
        """Return the log file of the process `name`."""
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Make the folder; raises `NotOursError` when it is full of something else.

        Ordinary users keep it to themselves. As root others may pass through (never list), since PostgreSQL runs as
        another user; all that is secret has a folder or a mode of its own.
        """
        if self.root.exists() and any(self.root.iterdir()) and not self.is_ours():
            raise NotOursError(f"{self.root} holds other files; choose another STATE_DIR")
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (self.root / _MARKER).touch()
        for folder in (self.logs, self.pids, self.secrets):
            folder.mkdir(mode=0o700, exist_ok=True)

    def is_ours(self) -> bool:
        """Return whether a stack made this folder."""
        return (self.root / _MARKER).exists()

    def remove(self) -> None:
        """Remove the folder; raises `NotOursError` when no stack made it."""
        if not self.root.exists():
            return
        if not self.is_ours():
            raise NotOursError(f"{self.root} was not made by this program; it is left alone")
        shutil.rmtree(self.root)


def write_private(path: Path, content: str) -> None:
    """Write `content` so that only the owner can read it, all or nothing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(content)
    Path(draft).replace(path)


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the content of `path`; make it first when it is not there."""
    if not path.exists():
        write_private(path, make())
    return path.read_text()
