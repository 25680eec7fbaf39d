"""The README's tables say what the code says."""

import ast
import re
from pathlib import Path

import pytest

from svc_kit.settings import ConfigError
from token_svc.config import Config

SERVICE = Path(__file__).parents[2]
README = (SERVICE / "README.md").read_text()
PORTS = SERVICE / "src" / "token_svc" / "application" / "ports"


def table(title: str) -> list[str]:
    """Return the first cells of the table under a heading."""
    section = README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    return [match[1] for match in re.finditer(r"^\| `([A-Za-z_0-9]+)`", section, re.MULTILINE)]


class Asked(dict[str, str]):
    """An environment that notes what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, key, default=None):
        self.names.add(key)
        return super().get(key, default)


def test_the_settings_table_lists_every_setting_and_no_other():
    environment = Asked()
    with pytest.raises(ConfigError):
        Config.from_env(environment)
    secrets = {name.removesuffix("_FILE") for name in environment.names if name.endswith("_FILE")}
    files = {name for name in environment.names if name.endswith("_FILE") and name.removesuffix("_FILE") in environment.names}
    names = environment.names - files
    assert sorted(table("Settings")) == sorted(names)
    marked = set(re.findall(r"^\| `([A-Z_]+)` †", README, re.MULTILINE))
    assert marked == {name for name in secrets if name in names}


def test_the_ports_table_lists_every_port_and_no_other():
    ports = set()
    for path in PORTS.glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
                ports.add(node.name)
    assert set(table("Ports")) == ports


def test_every_problem_of_the_settings_is_reported_at_once():
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"HTTP_PORT": "many", "NATS_URL": "http://x", "TOKEN_CACHE_KEY": "short"})
    text = str(caught.value)
    for name in ("HTTP_PORT", "NATS_URL", "TOKEN_CACHE_KEY", "HANDLE_KEY", "SERVICE_KEY_FILE", "ACCOUNT_SVC_URL"):
        assert name in text
    assert "short" not in text
