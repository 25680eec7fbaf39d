"""Settings from the environment and the project's `.env`."""

from collections.abc import Mapping
from pathlib import Path


def read_env_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of `path` (none when there is no such file); `export`, quotes and comments are understood."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def merged(environment: Mapping[str, str], file: Path) -> dict[str, str]:
    """Return the settings of `file` under those of `environment`; an empty text counts as not set."""
    given = {name: value for name, value in environment.items() if value.strip()}
    return {**{name: value for name, value in read_env_file(file).items() if value}, **given}


def _unquoted(value: str) -> str:
    for quote in ('"', "'"):
        if value.startswith(quote) and quote in value[1:]:
            return value[1 : value.index(quote, 1)]
    return value.split(" #", 1)[0].strip()
