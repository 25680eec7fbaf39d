"""Builds the dashboard when its sources have changed."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sellerport_stack.front_door.node import Node
from sellerport_stack.processes import ProcessSpec

_BUILD_SECONDS: Final = 300.0
_SOURCES: Final = ("package.json", "package-lock.json", "index.html", "*.config.ts", "tsconfig*.json", "src/**/*", "public/**/*")


@dataclass(frozen=True)
class Page:
    """The dashboard's folder; what is built is stamped with a hash of what it was built from."""

    folder: Path

    @property
    def is_there(self) -> bool:
        """Whether there is anything to build."""
        return (self.folder / "package.json").exists()

    @property
    def is_fresh(self) -> bool:
        """Whether the built page is that of the sources as they are now."""
        return (self.folder / "dist" / "index.html").exists() and _text(self._built) == self._digest(*_SOURCES)

    def build(self, log: Path, run: Callable[[ProcessSpec], None]) -> bool:
        """Build unless fresh and return whether there was need; `run` runs one program to its end and raises when it fails."""
        with _alone(self.folder / "package.json"):
            if self.is_fresh:
                return False
            node = Node.find()
            packages = self._digest("package-lock.json")
            if _text(self._installed) != packages:
                run(self._npm(node, log, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"))
                self._installed.write_text(packages)
            sources = self._digest(*_SOURCES)
            run(self._npm(node, log, "exec", "--no", "--", "vite", "build"))  # `npm run build` checks types too: that is for `make check`
            self._built.write_text(sources)
            return True

    @property
    def _installed(self) -> Path:
        return self.folder / "node_modules" / ".sellerport-lock"

    @property
    def _built(self) -> Path:
        return self.folder / "dist" / ".sellerport-sources"

    def _digest(self, *patterns: str) -> str:
        digest = hashlib.sha256()
        for pattern in patterns:
            for file in sorted(self.folder.glob(pattern)):
                if file.is_file():
                    digest.update(f"{file.relative_to(self.folder)}\0{file.stat().st_size}\0".encode())
                    digest.update(file.read_bytes())
        return digest.hexdigest()

    def _npm(self, node: Node, log: Path, *args: str) -> ProcessSpec:
        return ProcessSpec(
            name="page",
            argv=(*node.npm, *args),
            env={**os.environ, "PATH": node.path, "CI": "true", "NO_COLOR": "1"},  # npm reads proxies, registry and certificates from it
            cwd=self.folder,
            log=log,
            ready_seconds=_BUILD_SECONDS,
            cure="run `npm ci && npm run build` in dashboard/ to see more",
        )


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let only one stack of this checkout build at a time."""
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
