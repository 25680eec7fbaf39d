"""One supervisor a state folder: a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunningError(RuntimeError):
    """Another supervisor holds the folder."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"a stack with this STATE_DIR is running already (supervisor {pid or 'unknown'})")
        self.pid = pid


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold `path` while the block runs; raises `AlreadyRunningError` when another process holds it.

    The kernel lets go of the lock when the holder ends, however it ends, so a stale lock cannot exist.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(holder(path)) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def holder(path: Path) -> int | None:
    """Return the id of the process that holds `path`, or None when nobody does."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(handle, 20).decode()
        return int(text) if text.isdigit() else None
    else:
        return None
    finally:
        os.close(handle)
