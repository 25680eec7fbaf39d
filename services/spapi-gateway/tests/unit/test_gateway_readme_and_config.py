"""The README's tables say what the code reads and has; bad settings are all named at once."""

import ast
import re
from pathlib import Path

import pytest

from spapi_gateway.config import Config
from svc_kit.settings import ConfigError

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_read() -> dict[str, str | None]:
    """Every name that config.py reads, with its literal default."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse((ROOT / "src/spapi_gateway/config.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            literals = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if node.func.value.id == "env" and literals:
                found[str(literals[0])] = str(literals[-1]) if len(literals) > 1 else None
    return found


def test_the_settings_table_is_complete_and_its_defaults_are_right():
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| .* \| (.+) \|$", README, re.MULTILINE))
    read = settings_read()
    assert set(table) == set(read)
    for name, default in read.items():
        if default is not None:
            assert table[name] == f"`{default}`", name


def test_the_ports_table_names_the_ports():
    ports = {path.stem for path in (ROOT / "src/spapi_gateway/application/ports").glob("*.py")} - {"__init__"}
    named = re.findall(r"^\| `([A-Z][a-z]\w+)` \| [a-z]", README, re.MULTILINE)
    assert {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in named} == ports


def test_every_problem_is_named_at_once():
    with pytest.raises(ConfigError) as error:
        Config.from_env({"HTTP_PORT": "x", "AMAZON_SPAPI_ENDPOINT_EU": "ftp://x", "GATEWAY_MAX_BODY_BYTES": "1"})
    text = "\n".join(error.value.problems)
    for name in (
        "HTTP_PORT",
        "AMAZON_SPAPI_ENDPOINT_EU",
        "GATEWAY_MAX_BODY_BYTES",
        "SERVICE_KEY",
        "SERVICE_DIRECTORY_FILE",
        "TOKEN_SVC_URL",
    ):
        assert name in text


def test_every_refusal_has_a_status():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    codes = set(re.findall(r'CallRefusedError\(\s*"(\w+)"', sources)) | set(re.findall(r'DomainError\("(\w+)"', sources))
    statuses = (ROOT / "src/spapi_gateway/adapters/inbound/http/statuses.py").read_text(encoding="utf-8")
    assert codes
    assert {code for code in codes if f'"{code}"' not in statuses} == set()
