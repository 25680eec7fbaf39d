"""What a package can refuse with, read from its source: the classes of its errors and their slugs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SLUG: Final = re.compile(r"[a-z]+(_[a-z]+)*")
_ROOTS: Final = frozenset({"DomainError", "PortError", "Unavailable", "Timeout", "Conflict", "RateLimited"})


def trees_of(package: Path) -> Iterator[ast.Module]:
    """Yield the parsed files of a package."""
    return (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.py")))


def error_classes(package: Path) -> dict[str, ast.ClassDef]:
    """Return the classes of a package that are refusals or failures of ports, by name."""
    classes = {node.name: node for tree in trees_of(package) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found: dict[str, ast.ClassDef] = {}
    while True:
        known = _ROOTS | found.keys()
        more = {name: node for name, node in classes.items() if any(isinstance(b, ast.Name) and b.id in known for b in node.bases)}
        if more.keys() == found.keys():
            return found
        found = more


def slugs_of(package: Path) -> set[str]:
    """Return every slug that the package refuses with.

    They are the literal codes given to an error that takes one, those that an error class fixes for itself, and those
    of another service that a constant of the module lets through.
    """
    classes = error_classes(package)
    fixed = {name: own for name, node in classes.items() if (own := set(_codes(node, "super().__init__")))}
    taking = {"DomainError", *classes} - fixed.keys()
    slugs = set().union(*fixed.values())
    for tree in trees_of(package):
        slugs.update(_codes(tree, *taking))
        slugs.update(_let_through(tree))
    return slugs


def _codes(tree: ast.AST, *names: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in names:
            yield from _slugs_in(node.args[0])


def _let_through(tree: ast.Module) -> Iterator[str]:
    """Yield the slugs of each constant that a `.code` is looked up in."""
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            constants.update({target.id: node.value for target in targets if isinstance(target, ast.Name)})
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Attribute(attr="code"), ops=[ast.In()], comparators=[ast.Name(id=name)]):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[ast.Attribute(attr="code"), *_]):
                pass
            case _:
                continue
        value = constants.get(name)
        for part in ast.walk(value) if value else ():
            if isinstance(part, ast.Dict):
                yield from (slug for key in part.keys if key is not None for slug in _slugs_in(key))
            elif isinstance(part, ast.Set | ast.List | ast.Tuple):
                yield from (slug for element in part.elts for slug in _slugs_in(element))


def _slugs_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SLUG.fullmatch(node.value):
        yield node.value
