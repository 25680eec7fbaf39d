"""The service directory as the file has it now."""

from pathlib import Path
from typing import Final

from svc_kit.clock import Clock
from svc_kit.identity.directory import ServiceDirectory
from svc_kit.logs import get_logger

_LOOK_AGAIN_AFTER: Final = 1.0


class DirectoryFile:
    """Reads the file again when it has changed, looking once a second: keys and grants change without a restart.

    A file that cannot be read or used changes nothing and is told of in the log.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._seen = self._state()
        self._directory = ServiceDirectory.load(path)
        self._looked_at = clock.monotonic()

    def current(self) -> ServiceDirectory:
        """Return the directory; the same object as long as nothing has changed."""
        now = self._clock.monotonic()
        if now - self._looked_at >= _LOOK_AGAIN_AFTER:
            self._looked_at = now
            self._look()
        return self._directory

    def _look(self) -> None:
        try:
            state = self._state()
            if state == self._seen:
                return
            self._directory = ServiceDirectory.load(self._path)
            self._seen = state
        except (OSError, ValueError) as error:
            get_logger().error("service_directory_unusable", path=str(self._path), error=type(error).__name__)
        else:
            get_logger().info("service_directory_read_again", path=str(self._path))

    def _state(self) -> tuple[int, int, int]:
        status = self._path.stat()
        return status.st_mtime_ns, status.st_size, status.st_ino
