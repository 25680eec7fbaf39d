"""Each contract of `.importlinter` holds, and each fails when a violation of it is planted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    "shared/src",
    *(f"services/{s}/src" for s in ("account-svc", "token-svc", "spapi-gateway", "sync-svc")),
    "simulator/src",
    "stack/src",
]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(root / source) for source in SOURCES)}
    return subprocess.run(
        [*LINT, "--config", str(root / ".importlinter")], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the workspace's sources in which violations are planted one at a time."""
    root = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / ".importlinter", root)
    for source in SOURCES:
        shutil.copytree(ROOT / source, root / source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "data", "*.json"))
    return root


def test_the_contracts_hold(tree):
    result = lint(tree)
    assert result.returncode == 0, result.stdout


VIOLATIONS = [
    ("services/token-svc/src/token_svc/domain/planted.py", "import account_svc.domain", "A service never imports another"),
    ("simulator/src/simulator/planted.py", "import token_svc.domain", "A service never imports another"),
    ("services/sync-svc/src/sync_svc/domain/planted.py", "import simulator", "A service never imports another"),
    ("shared/src/svc_kit/planted.py", "import token_svc.domain", "The kit imports no service"),
    *(
        (f"services/{name}/src/{package}/{where}/planted.py", f"import {package}.{target}", rule)
        for name, package in (
            ("account-svc", "account_svc"),
            ("token-svc", "token_svc"),
            ("spapi-gateway", "spapi_gateway"),
            ("sync-svc", "sync_svc"),
        )
        for where, target, rule in (
            ("domain", "application", f"Layers of {package}"),
            ("application", "adapters", f"Layers of {package}"),
            ("adapters/inbound", "adapters.outbound.memory", f"Inbound and outbound adapters of {package} stand apart"),
        )
    ),
    (
        "services/token-svc/src/token_svc/adapters/outbound/planted.py",
        "import token_svc.adapters.outbound.memory",
        "Outbound siblings of token_svc",
    ),
    ("services/account-svc/src/account_svc/stray.py", "", "Layers of account_svc"),
]


@pytest.mark.parametrize(("path", "line", "rule"), VIOLATIONS, ids=lambda value: str(value).rsplit("/", 1)[-1][:40])
def test_a_planted_violation_breaks_its_contract(tree, path, line, rule):
    planted = tree / path
    planted.write_text(f"{line}\n")
    try:
        result = lint(tree)
    finally:
        planted.unlink()
    assert result.returncode != 0
    assert (
        any(row.startswith(rule) and "BROKEN" in row for row in result.stdout.splitlines()) or "stray" in result.stdout + result.stderr
    ), result.stdout


def test_no_contract_has_an_exception():
    assert "ignore_imports" not in (ROOT / ".importlinter").read_text()
