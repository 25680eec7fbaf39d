"""One container of the stack."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

START_SECONDS = 60.0
PAUSE_SECONDS = 0.1


@dataclass(kw_only=True)
class Part:
    """What to run and how to tell that it serves; ports are fixed, so that a killed part comes back at its old address."""

    name: str
    image: str
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    ports: Mapping[int, int] = field(default_factory=dict[int, int])
    volumes: Mapping[Path, str] = field(default_factory=dict[Path, str])
    command: str | list[str] = ""
    ready: Callable[[], bool] = lambda: True
    container: DockerContainer = field(init=False)

    def run(self, network: Network) -> None:
        """Create and start the container on `network` under its own name."""
        container = DockerContainer(self.image).with_network(network).with_network_aliases(self.name)
        for name, value in self.environment.items():
            container.with_env(name, value)
        for inside, outside in self.ports.items():
            container.with_bind_ports(inside, outside)
        for source, target in self.volumes.items():
            container.with_volume_mapping(str(source), target, "ro")
        if self.command:
            container.with_command(self.command)
        self.container = container
        container.start()

    def wait_ready(self) -> None:
        """Return once it serves; raise with the end of its log when it does not in time."""
        deadline = time.monotonic() + START_SECONDS
        while not self.ready():
            if time.monotonic() > deadline or self._wrapped.status == "exited":
                raise RuntimeError(f"{self.name} does not serve:\n{self.log()[-3000:]}")
            time.sleep(PAUSE_SECONDS)

    def wait_done(self) -> None:
        """Return once it has ended well; raise with its log otherwise."""
        result = self._wrapped.wait(timeout=START_SECONDS)
        if result["StatusCode"] != 0:
            raise RuntimeError(f"{self.name} ended with {result['StatusCode']}:\n{self.log()[-3000:]}")

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._wrapped.kill("SIGKILL")
        self._wrapped.wait(timeout=START_SECONDS)

    def start_again(self) -> None:
        """Start it with the file system it had, and wait until it serves."""
        self._wrapped.start()
        self.wait_ready()

    def log(self) -> str:
        """Return all it has written, earlier lives included."""
        return str(self._wrapped.logs().decode(errors="replace"))

    def remove(self) -> None:
        """Remove it and its anonymous volumes."""
        self.container.stop(force=True, delete_volume=True)

    @property
    def _wrapped(self) -> Any:
        wrapped = self.container.get_wrapped_container()
        wrapped.reload()
        return wrapped


def answers(url: str) -> bool:
    """Return whether `url` answers 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - addresses of this suite
            return True
    except (OSError, urllib.error.URLError, ValueError):
        return False
