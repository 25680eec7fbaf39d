"""Nothing remote is waited for while a transaction is open: what is awaited in one is the transaction's own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("shared", "services/account-svc", "services/token-svc", "services/spapi-gateway", "services/sync-svc")
OPENING = ("transaction(", "tenant_transaction(", ".begin(")


def foreign_waits(tree: ast.AST) -> Iterator[str]:
    """Yield each wait within a transaction that is neither on it nor given it."""
    for block in ast.walk(tree):
        if not isinstance(block, ast.AsyncWith):
            continue
        for item in block.items:
            opened = ast.unparse(item.context_expr)
            if not any(word in opened for word in OPENING):
                continue
            name = ast.unparse(item.optional_vars) if item.optional_vars else ""
            yield from (ast.unparse(wait) for wait in _waits(block.body) if not _is_of(wait.value, name))


def _waits(body: list[ast.stmt]) -> Iterator[ast.Await]:
    return (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Await))


def _is_of(waited: ast.expr, name: str) -> bool:
    """Whether a call is a method of the transaction `name`, or takes it as an argument."""
    if not isinstance(waited, ast.Call):
        return False
    given = [ast.unparse(value) for value in [*waited.args, *(keyword.value for keyword in waited.keywords)]]
    return ast.unparse(waited.func).startswith(f"{name}.") or name in given


@pytest.mark.parametrize("folder", SOURCES)
def test_what_is_awaited_in_a_transaction_is_its_own(folder):
    found = {path.name: list(foreign_waits(ast.parse(path.read_text()))) for path in (ROOT / folder / "src").rglob("*.py")}
    assert found
    assert {name: waits for name, waits in found.items() if waits} == {}


def test_the_rule_bites():
    planted = """
async def planted(self):
    async with self.work.transaction(tenant) as tx:
        await tx.orders.save(order)
        await store(tx, order)
        await self.gateway.fetch(order)
"""
    assert list(foreign_waits(ast.parse(planted))) == ["await self.gateway.fetch(order)"]
