"""What a port must be, and where its fake, its real adapter and its suite must lie."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

MOST_MEMBERS: Final = 5


def port_names(source: Path) -> list[str]:
    """Return the names of the files in which the package at `source` keeps its ports."""
    return sorted(path.stem for path in (source / "application" / "ports").glob("*.py") if path.stem != "__init__")


def strays(source: Path, suites: Path) -> Iterator[str]:
    """Yield what is missing or left over when port, fake, real adapter and suite are matched by the names of their files."""
    names = port_names(source)
    outbound = source / "adapters" / "outbound"
    for name in names:
        adapters = {path.parent.name for path in outbound.glob(f"*/{name}.py")}
        if "memory" not in adapters:
            yield f"{name}: no fake at adapters/outbound/memory/{name}.py"
        if not adapters - {"memory"}:
            yield f"{name}: no real adapter at adapters/outbound/*/{name}.py"
        if not (suites / f"test_{name}.py").exists():
            yield f"{name}: no suite at {suites.name}/test_{name}.py"
    for suite in sorted(suites.glob("test_*.py")):
        if suite.stem.removeprefix("test_") not in names:
            yield f"{suite.stem}: a suite of no port"


def one_sided(collected: Iterable[str]) -> list[str]:
    """Return the suites (`…/test_port.py`) of which no test runs on the fake as well as on something else; takes pytest's test ids."""
    sides: dict[str, dict[str, set[bool]]] = defaultdict(lambda: defaultdict(set))
    for line in collected:
        if found := re.fullmatch(r"(\S+\.py)::(\w+)(?:\[(.*)\])?", line):
            suite, test, parameters = found.groups()
            sides[suite][test].add("memory" in (parameters or "").lower())
    return sorted(suite for suite, tests in sides.items() if not any(len(both) > 1 for both in tests.values()))


def faults_of_shape(path: Path) -> Iterator[str]:
    """Yield what is wrong with the protocols of a file: too many members, or one that promises nothing."""
    for port in ast.parse(path.read_text(encoding="utf-8")).body:
        if not (isinstance(port, ast.ClassDef) and any(ast.unparse(base).startswith("Protocol") for base in port.bases)):
            continue
        methods = [node for node in port.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        fields = [node for node in port.body if isinstance(node, ast.AnnAssign)]
        if len(methods) + len(fields) > MOST_MEMBERS:
            yield f"{port.name}: {len(methods) + len(fields)} members"
        yield from (f"{port.name}.{node.name}: no docstring" for node in methods if not ast.get_docstring(node))
        if not ast.get_docstring(port):
            yield f"{port.name}: no docstring"
