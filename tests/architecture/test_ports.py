"""Ports are small and say what they promise; port, fake, real adapter and suite share a name. Each rule bites when broken."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = {
    "account_svc": "services/account-svc",
    "token_svc": "services/token-svc",
    "spapi_gateway": "services/spapi-gateway",
    "sync_svc": "services/sync-svc",
}

_spec = importlib.util.spec_from_file_location("port_rules", Path(__file__).with_name("port_rules.py"))
assert _spec
assert _spec.loader
rule = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rule)


@pytest.mark.parametrize("package", sorted(SERVICES))
def test_port_fake_adapter_and_suite_share_a_name(package):
    source, suites = ROOT / SERVICES[package] / "src" / package, ROOT / SERVICES[package] / "tests" / "contract"
    assert rule.port_names(source)
    assert list(rule.strays(source, suites)) == []


@pytest.mark.parametrize("package", sorted(SERVICES))
def test_a_port_has_five_members_at_most_each_with_its_promise(package):
    ports = sorted((ROOT / SERVICES[package] / "src" / package / "application" / "ports").glob("*.py"))
    assert [fault for path in ports for fault in rule.faults_of_shape(path)] == []


def test_every_suite_runs_on_the_fake_and_on_the_real_adapter():
    suites = [f"{folder}/tests/contract" for folder in SERVICES.values()]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly", *suites]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    collected = [line for line in result.stdout.splitlines() if "::" in line]
    ports = {
        f"{folder}/tests/contract/test_{name}.py"
        for package, folder in SERVICES.items()
        for name in rule.port_names(ROOT / folder / "src" / package)
    }
    assert {line.partition("::")[0] for line in collected} == ports, result.stdout[-2000:] + result.stderr
    assert rule.one_sided(collected) == []


@pytest.fixture
def service(tmp_path):
    """A service of one port that keeps the rules."""
    for path in (
        "src/application/ports/store.py",
        "src/adapters/outbound/memory/store.py",
        "src/adapters/outbound/memory/state.py",
        "src/adapters/outbound/postgres/store.py",
        "src/adapters/outbound/postgres/rows.py",
        "contract/test_store.py",
        "contract/conftest.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    return tmp_path


def strays(service):
    return list(rule.strays(service / "src", service / "contract"))


def test_names_that_match_are_let_through(service):
    assert strays(service) == []


@pytest.mark.parametrize(
    ("path", "faults"),
    [
        ("src/adapters/outbound/memory/store.py", 1),
        ("src/adapters/outbound/postgres/store.py", 1),
        ("contract/test_store.py", 2),
        ("src/application/ports/store.py", 4),
    ],
)
def test_another_name_bites(service, path, faults):
    old = service / path
    old.rename(old.with_name(old.name.replace("store", "storage")))
    assert len(strays(service)) == faults


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('    "Doc."\n    def one(self): ...', "Port.one: no docstring"),
        ('    "Doc."\n    async def one(self): ...', "Port.one: no docstring"),
        ('    "Doc."\n    @property\n    def one(self): ...', "Port.one: no docstring"),
        ("    ...", "Port: no docstring"),
        ('    "Doc."\n' + "".join(f'    def m{n}(self): "Doc."\n' for n in range(6)), "Port: 6 members"),
        ('    "Doc."\n' + "".join(f"    field{n}: int\n" for n in range(6)), "Port: 6 members"),
    ],
)
def test_a_port_of_another_shape_bites(body, fault, tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(f"class Port(Protocol):\n{body}\n")
    assert list(rule.faults_of_shape(planted)) == [fault]


@pytest.mark.parametrize(
    "collected",
    [
        ["test_store.py::test_one"],
        ["test_store.py::test_one[memory]"],
        ["test_store.py::test_one[postgres]", "test_store.py::test_two[postgres]"],
        ["test_store.py::test_one[memory]", "test_store.py::test_two[postgres]"],
    ],
)
def test_a_suite_of_one_side_bites(collected):
    assert rule.one_sided(collected) == ["test_store.py"]


def test_a_suite_of_both_sides_is_let_through():
    assert rule.one_sided(["test_store.py::test_one[memory]", "test_store.py::test_one[postgres-1]", "test_store.py::test_two"]) == []
