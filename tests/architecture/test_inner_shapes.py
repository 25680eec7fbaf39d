"""What the inner layers are made of: values that do not change, ports that promise, and adapters that can be taken away."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("account_svc", "token_svc", "spapi_gateway", "sync_svc")
# What changes under its lock or in its one task, call after call: a new object for each would be the hot path's largest cost.
MUTABLE = {"spapi_gateway": {"TokenBucket", "RetryBudget"}}
MOST_METHODS = 5


def source_of(package: str) -> Path:
    return ROOT / "services" / package.replace("_", "-") / "src" / package


def classes_in(folder: Path) -> list[ast.ClassDef]:
    trees = [ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))]
    return [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]


def changeable(node: ast.ClassDef) -> bool:
    rules = [ast.unparse(rule) for rule in node.decorator_list]
    return any(rule.startswith("dataclass") and not ("frozen=True" in rule and "slots=True" in rule) for rule in rules)


def faults_of(port: ast.ClassDef) -> list[str]:
    """Return what a port lacks: a promise for itself and each method, and few enough of them."""
    methods = [part for part in port.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    faults = [f"{port.name}.{method.name} promises nothing" for method in methods if not ast.get_docstring(method)]
    if len(methods) > MOST_METHODS:
        faults.append(f"{port.name} has {len(methods)} methods")
    return faults if ast.get_docstring(port) else [*faults, f"{port.name} promises nothing"]


@pytest.mark.parametrize("package", PACKAGES)
def test_values_of_the_domain_do_not_change(package):
    found = {node.name for node in classes_in(source_of(package) / "domain") if changeable(node)}
    assert found == MUTABLE.get(package, set())


@pytest.mark.parametrize("package", ["account_svc", "token_svc", "spapi_gateway"])
def test_a_port_promises_with_each_of_five_methods_at_the_most(package):
    classes = classes_in(source_of(package) / "application" / "ports")
    ports = [node for node in classes if any(ast.unparse(base).partition("[")[0] == "Protocol" for base in node.bases)]
    assert ports
    assert [fault for port in ports for fault in faults_of(port)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_composition_root_knows_an_outbound_adapter(package):
    """So whoever replaces or deletes one changes its own folder and the root, and nothing else."""
    source, prefix = source_of(package), f"{package}.adapters.outbound"
    knowing = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom | ast.Import)
        and any(name.startswith(prefix) for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)])
    }
    outside = {path for path in knowing if not path.startswith("adapters/outbound/")}
    assert outside <= {"bootstrap.py", "production.py"}


def test_the_rules_bite():
    planted = ast.parse("@dataclass(slots=True)\nclass Loose: pass\n@dataclass(frozen=True, slots=True)\nclass Firm: pass").body
    assert [changeable(node) for node in planted] == [True, False]
    methods = "\n".join(f"    async def do_{number}(self): ..." for number in range(6))
    (port,) = ast.parse(f"class Planted(Protocol):\n    '''Promises.'''\n{methods}").body
    assert faults_of(port)[-1] == "Planted has 6 methods"
    assert len(faults_of(port)) == 7
