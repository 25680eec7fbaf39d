"""Reads settings from a mapping and reports every problem at once."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from svc_kit.secret import Secret

NATS_SCHEMES: Final = ("nats", "tls")


class ConfigError(Exception):
    """The settings cannot be used; `problems` has one line per fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("settings cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


class EnvReader:
    """Takes typed settings out of a mapping such as `os.environ`.

    Every reader returns a value even when the setting is wrong (the default or an empty one) and notes the problem;
    `finish()` raises `ConfigError` with all of them. An empty text counts as not set.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []

    def _raw(self, name: str) -> str | None:
        value = self._environment.get(name, "").strip()
        return value or None

    def problem(self, text: str) -> None:
        """Note a fault that only the caller can see."""
        self._problems.append(text)

    def text(self, name: str, default: str | None = None, *, pattern: str | None = None) -> str:
        value = self._raw(name)
        if value is None:
            if default is None:
                self.problem(f"{name} is not set")
            return default or ""
        if pattern and not re.fullmatch(pattern, value):
            self.problem(f"{name} must match {pattern}")
        return value

    def optional(self, name: str) -> str | None:
        return self._raw(name)

    def integer(self, name: str, default: int | None = None, *, minimum: int | None = None, maximum: int | None = None) -> int:
        value = self.number(name, default, minimum=minimum, maximum=maximum)
        if value != int(value):
            self.problem(f"{name} must be a whole number")
        return int(value)

    def number(self, name: str, default: float | None = None, *, minimum: float | None = None, maximum: float | None = None) -> float:
        raw = self._raw(name)
        if raw is None:
            if default is None:
                self.problem(f"{name} is not set")
            return default or 0.0
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.problem(f"{name} must be a number")
            return default or 0.0
        if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
            self.problem(f"{name} must lie between {minimum} and {maximum}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        raw = self._raw(name)
        if raw is None:
            return default
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() not in {"0", "false", "no", "off"}:
            self.problem(f"{name} must be true or false")
        return False

    def choice(self, name: str, options: Sequence[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value and value not in options:
            self.problem(f"{name} must be one of {', '.join(options)}")
        return value

    def words(self, name: str, default: str = "") -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, default).split(",") if word.strip())

    def url(self, name: str, default: str | None = None, *, schemes: Sequence[str] = ("http", "https")) -> str:
        value = self.text(name, default).rstrip("/")
        if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).netloc):
            self.problem(f"{name} must be a URL ({', '.join(schemes)})")
        return value

    def path(self, name: str, default: str | None = None, *, must_exist: bool = False) -> Path:
        value = Path(self.text(name, default))
        if must_exist and str(value) != "." and not value.exists():
            self.problem(f"{name} names a file that is not there")
        return value

    def secret(self, name: str, default: str | None = None) -> Secret:
        """Read NAME, or the file that NAME_FILE names (without its final line break)."""
        value = self._raw(name)
        source = self._raw(f"{name}_FILE")
        if value is None and source is not None:
            try:
                value = Path(source).read_text(encoding="utf-8").strip()
            except OSError:
                self.problem(f"{name}_FILE names a file that cannot be read")
                return Secret("")
        if value is None:
            if default is None:
                self.problem(f"{name} (or {name}_FILE) is not set")
            value = default or ""
        return Secret(value)

    def secret_url(self, name: str, default: str | None = None, *, schemes: Sequence[str]) -> Secret:
        """Read an address that may hold a password from NAME, or from the file that NAME_FILE names."""
        secret = self.secret(name, default)
        where = urlsplit(secret.reveal())
        if secret and (where.scheme not in schemes or not where.netloc):
            self.problem(f"{name} must be a URL ({', '.join(schemes)})")
        return secret

    def finish(self) -> None:
        """Raise `ConfigError` when anything was wrong; call it last."""
        if self._problems:
            raise ConfigError(self._problems)
