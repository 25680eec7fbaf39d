"""The edges map: short handlers, no storage in them, and each side's rule for fields it does not know."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("account_svc", "token_svc", "spapi_gateway", "sync_svc")
ROUTES = {"get", "post", "put", "patch", "delete", "head"}
LONGEST = 10
STORAGE = {"sqlalchemy", "asyncpg", "aioboto3", "pyreqwest", "httpx"}


def source_of(package: str) -> Path:
    return ROOT / "services" / package.replace("_", "-") / "src" / package


def parsed(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield the files below `folder`, each with its path."""
    return ((path.relative_to(folder).as_posix(), ast.parse(path.read_text())) for path in sorted(folder.rglob("*.py")))


def handlers_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {ast.unparse(rule.func) for rule in node.decorator_list if isinstance(rule, ast.Call)}
            if names & ROUTES:
                yield node


def lines_of(handler: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a handler below its docstring."""
    body = handler.body[1:] if ast.get_docstring(handler) else handler.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def modules_of(tree: ast.AST) -> set[str]:
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in imported | {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}}


def bodies_of(tree: ast.AST) -> set[str]:
    """Return the names of the classes that handlers take as bodies."""
    subscripts = (node for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    return {ast.unparse(node.slice) for node in subscripts if ast.unparse(node.value) == "JSONBody"}


def with_inner(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Yield a shape and all that stand in its fields."""

    def walk(found: object) -> Iterator[type[msgspec.Struct]]:
        if isinstance(found, msgspec.inspect.StructType):
            yield found.cls
            for field in found.fields:
                yield from walk(field.type)
        for name in ("item_type", "value_type", "types", "item_types"):
            inner = getattr(found, name, ())
            for part in inner if isinstance(inner, tuple) else (inner,):
                yield from walk(part)

    return walk(msgspec.inspect.type_info(kind))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_handler_maps_and_calls_in_ten_lines(package):
    handlers = [(path, node) for path, tree in parsed(source_of(package) / "adapters" / "inbound") for node in handlers_of(tree)]
    assert handlers
    assert [f"{path}: {node.name}" for path, node in handlers if lines_of(node) > LONGEST] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_what_takes_requests_reaches_for_no_storage(package):
    found = {path: modules_of(tree) & STORAGE for path, tree in parsed(source_of(package) / "adapters" / "inbound")}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_body_that_is_sent_to_us_may_hold_nothing_unknown(package):
    inbound = source_of(package) / "adapters" / "inbound"
    for path, tree in parsed(inbound):
        module = importlib.import_module(f"{package}.adapters.inbound.{path.removesuffix('.py').replace('/', '.')}")
        for name in bodies_of(tree):
            shapes = list(with_inner(getattr(module, name)))
            assert [shape.__name__ for shape in shapes if not shape.__struct_config__.forbid_unknown_fields] == [], path


@pytest.mark.parametrize("package", PACKAGES)
def test_what_others_answer_and_tell_may_grow(package):
    found: list[str] = []
    for folder in ("adapters/outbound", "adapters/inbound/nats"):
        for path, tree in parsed(source_of(package) / folder):
            strict = [
                node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and "forbid_unknown_fields=True" in ast.unparse(node)
            ]
            found.extend(f"{folder}/{path}: {name}" for name in strict)
    # The clients' file is the operator's own: a mistyped field there must not pass for a default.
    assert [name for name in found if "local/service_clients.py" not in name] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_use_case_has_a_file_of_its_own(package):
    for layer in ("commands", "queries"):
        for path, tree in parsed(source_of(package) / "application" / layer):
            classes = [
                node for node in tree.body if isinstance(node, ast.ClassDef) and not any(ast.unparse(b) == "Protocol" for b in node.bases)
            ]
            cases = [
                node.name
                for node in classes
                if any(isinstance(part, ast.AsyncFunctionDef | ast.FunctionDef) and part.name == "__call__" for part in node.body)
            ]
            assert len(cases) <= 1, f"{layer}/{path}: {cases}"


LONG = """
@post("/planted")
async def planted():
    '''Say something.'''
""" + "\n".join(f"    step_{number}()" for number in range(LONGEST + 1))


def test_the_rules_bite():
    assert [lines_of(node) for node in handlers_of(ast.parse(LONG))] == [LONGEST + 1]
    assert modules_of(ast.parse("def late():\n    from sqlalchemy import text")) & STORAGE == {"sqlalchemy"}
    assert bodies_of(ast.parse("async def take(data: JSONBody[Planted]): ...")) == {"Planted"}

    class Inner(msgspec.Struct):
        name: str

    class Outer(msgspec.Struct, forbid_unknown_fields=True):
        many: list[Inner]
        one: Inner | None = None

    assert {kind for kind in with_inner(Outer) if not kind.__struct_config__.forbid_unknown_fields} == {Inner}
