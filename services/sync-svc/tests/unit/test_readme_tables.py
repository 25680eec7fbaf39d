"""The README's tables say what the code says."""

import ast
import re
from pathlib import Path

import pytest

from svc_kit.settings import ConfigError
from sync_svc.config import Config, MigrateConfig

SERVICE = Path(__file__).parents[2]
README = (SERVICE / "README.md").read_text()
SOURCE = SERVICE / "src" / "sync_svc"


def section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def classes(folder: Path) -> dict[str, ast.ClassDef]:
    found = [node for path in folder.rglob("*.py") for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
    return {node.name: node for node in found}


class Asked(dict[str, str]):
    """An environment that notes what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, key, default=None):
        self.names.add(key)
        return super().get(key, default)


def test_settings_table_lists_every_setting_and_no_other():
    environment = Asked()
    with pytest.raises(ConfigError):
        Config.from_env(environment)
    names = {name for name in environment.names if not (name.endswith("_FILE") and name.removesuffix("_FILE") in environment.names)}
    assert set(re.findall(r"^\| `([A-Z_]+)`", section("Settings"), re.MULTILINE)) == names
    secrets = {name for name in names if f"{name}_FILE" in environment.names}
    assert set(re.findall(r"^\| `([A-Z_]+)` †", README, re.MULTILINE)) == secrets


def test_ports_table_lists_every_port_and_the_adapters_that_fill_it():
    ports = {
        name
        for name, node in classes(SOURCE / "application" / "ports").items()
        if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
    }
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+) \|$", section("Ports"), re.MULTILINE)
    assert {row[0] for row in rows} == ports
    adapters = set(classes(SOURCE / "adapters" / "outbound"))
    named = {row[1] for row in rows} | {name for row in rows for name in re.findall(r"`(\w+)`", row[2])}
    assert named <= adapters


def test_every_problem_of_the_settings_is_reported_at_once():
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"ROLES": "worker,cook", "HTTP_PORT": "many", "SYNC_INTERVAL_SECONDS": "30", "ORDERS_API": "v1"})
    text = str(caught.value)
    for name in ("cook", "HTTP_PORT", "SYNC_INTERVAL_SECONDS", "ORDERS_API", "DATABASE_URL", "GATEWAY_URL", "SERVICE_KEY", "OIDC_ISSUER"):
        assert name in text


def valid(tmp_path, **changes):
    directory = tmp_path / "services.json"
    directory.write_text("{}")
    return {
        "DATABASE_URL": "postgresql://sync_app:x@h/d",
        "SERVICE_KEY": "pem",
        "SERVICE_DIRECTORY_FILE": str(directory),
        "OIDC_ISSUER": "http://issuer",
        "GATEWAY_URL": "http://gateway",
        **changes,
    }


def test_interval_keeps_to_the_floor_unless_an_operator_lowers_it(tmp_path):
    assert Config.from_env(valid(tmp_path)).sync_interval_seconds == 900
    with pytest.raises(ConfigError, match="SYNC_INTERVAL_SECONDS"):
        Config.from_env(valid(tmp_path, SYNC_INTERVAL_SECONDS="599"))
    lowered = valid(tmp_path, SYNC_INTERVAL_SECONDS="5", SYNC_INTERVAL_FLOOR_SECONDS="1")
    assert Config.from_env(lowered).sync_interval_seconds == 5


def test_gateway_is_needed_by_workers_only(tmp_path):
    assert Config.from_env(valid(tmp_path, ROLES="api", GATEWAY_URL="")).gateway_url is None
    with pytest.raises(ConfigError, match="GATEWAY_URL"):
        Config.from_env(valid(tmp_path, ROLES="worker", GATEWAY_URL=""))


def test_no_secret_is_shown_in_the_settings(tmp_path):
    assert "sync_app:x" not in repr(Config.from_env(valid(tmp_path)))


def test_migration_gives_rights_to_the_user_of_the_database_url():
    config = MigrateConfig.from_env({"DATABASE_OWNER_URL": "postgresql://o@h/d", "DATABASE_URL": "postgresql://someone:x@h/d"})
    assert config.app_role == "someone"
