"""What the inner layers may import: the standard library, their own inner layers and the pure half of the kit."""

import ast
import sys
from pathlib import Path
from typing import Final

PURE_KIT: Final = frozenset({"svc_kit.clock", "svc_kit.ids", "svc_kit.secret", "svc_kit.errors", "svc_kit.tasks"})
INNER: Final = ("domain", "application")


def imported_modules(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                names.add("." * node.level + (node.module or ""))
            elif node.module == "svc_kit":
                names.update(f"svc_kit.{alias.name}" for alias in node.names)
            else:
                names.add(node.module or "")
    return names


def forbidden_imports(package: Path) -> list[str]:
    """Return `file: module` for every import of an inner layer of `package` that is not on the allow-list."""
    found: list[str] = []
    for layer in INNER:
        own = {f"{package.name}.{inner}" for inner in INNER[: INNER.index(layer) + 1]}
        for path in sorted((package / layer).rglob("*.py")):
            for module in sorted(imported_modules(path)):
                standard = module.partition(".")[0] in sys.stdlib_module_names
                inner = any(module == name or module.startswith(f"{name}.") for name in own)
                if not (standard or inner or module in PURE_KIT):
                    found.append(f"{path.relative_to(package.parent)}: {module}")
    return found
