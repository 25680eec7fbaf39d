"""The domain and the use cases import nothing that does I/O or knows a vendor; the rule bites when broken."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = {
    "account_svc": "services/account-svc",
    "token_svc": "services/token-svc",
    "spapi_gateway": "services/spapi-gateway",
    "sync_svc": "services/sync-svc",
}

_spec = importlib.util.spec_from_file_location("allowed_imports", Path(__file__).with_name("allowed_imports.py"))
assert _spec
assert _spec.loader
rule = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rule)


@pytest.mark.parametrize("package", sorted(SERVICES))
def test_inner_layers_import_only_what_is_allowed(package):
    source = ROOT / SERVICES[package] / "src" / package
    assert list((source / "domain").rglob("*.py"))
    assert rule.forbidden_imports(source) == []


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        ("domain", "import sqlalchemy"),
        ("domain", "import msgspec"),
        ("domain", "from litestar import get"),
        ("domain", "from svc_kit import outbox"),
        ("domain", "from svc_kit.database import Database"),
        ("domain", "from some_svc.application.ports import store"),
        ("application", "import httpx"),
        ("application", "from some_svc.adapters.outbound import memory"),
        ("application", "def late():\n    import asyncpg"),
    ],
)
def test_the_rule_bites(layer, line, tmp_path):
    package = tmp_path / "some_svc"
    for name in ("domain", "application"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text("")
    (package / layer / "planted.py").write_text(line + "\n")
    assert len(rule.forbidden_imports(package)) == 1


def test_the_four_services_have_the_same_skeleton():
    wanted = {
        "domain",
        "application/ports",
        "application/commands",
        "application/queries",
        "adapters/inbound/http",
        "adapters/outbound/memory",
    }
    for package, folder in SERVICES.items():
        source = ROOT / folder / "src" / package
        assert {name for name in wanted if (source / name).is_dir()} == wanted, package
        assert all((source / f"{name}.py").is_file() for name in ("__main__", "bootstrap", "config")), package


def test_the_composition_roots_stay_small():
    for package, folder in SERVICES.items():
        source = ROOT / folder / "src" / package
        assert len((source / "__main__.py").read_text().splitlines()) <= 25, package
        assert len((source / "bootstrap.py").read_text().splitlines()) <= 150, package


def test_source_files_are_small():
    files = [path for folder in ("shared", "simulator", "stack", *SERVICES.values()) for path in (ROOT / folder / "src").rglob("*.py")]
    lengths = sorted(len(path.read_text().splitlines()) for path in files)
    assert lengths[len(lengths) // 2] <= 90
    assert lengths[len(lengths) * 9 // 10] <= 220
    assert lengths[-1] <= 400
