"""What the inner layers are made of: values that do not change, types that are known, and adapters that can be taken away."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("account_svc", "token_svc", "spapi_gateway", "sync_svc")
# What changes under its lock or in its one task, call after call: a new object for each would be the hot path's largest cost.
MUTABLE = {"spapi_gateway": {"TokenBucket", "RetryBudget"}}


def source_of(package: str) -> Path:
    return ROOT / "services" / package.replace("_", "-") / "src" / package


def classes_in(folder: Path) -> list[ast.ClassDef]:
    trees = [ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))]
    return [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]


def changeable(node: ast.ClassDef) -> bool:
    rules = [ast.unparse(rule) for rule in node.decorator_list]
    return any(rule.startswith("dataclass") and not ("frozen=True" in rule and "slots=True" in rule) for rule in rules)


def any_names(tree: ast.AST) -> list[str]:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "typing")
    return [alias.name for node in imports for alias in node.names if alias.name == "Any"]


@pytest.mark.parametrize("package", PACKAGES)
def test_values_of_the_domain_do_not_change(package):
    found = {node.name for node in classes_in(source_of(package) / "domain") if changeable(node)}
    assert found == MUTABLE.get(package, set())


@pytest.mark.parametrize("package", PACKAGES)
def test_the_inner_layers_know_what_they_hold(package):
    """`Any` is for what has just been decoded; it goes no further than the edge."""
    files = [path for layer in ("domain", "application") for path in (source_of(package) / layer).rglob("*.py")]
    assert [path.name for path in files if any_names(ast.parse(path.read_text()))] == []


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
    assert any_names(ast.parse("from typing import Any, Final")) == ["Any"]
