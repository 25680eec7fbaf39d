"""The tables of the README are the code's own."""

import ast
import re
from pathlib import Path

import account_svc

SOURCE = Path(account_svc.__file__).parent
README = (Path(__file__).parents[2] / "README.md").read_text()


def first_column(heading: str) -> set[str]:
    """Return the names in the first column of the table under a heading."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([A-Za-z_]+)` \|", section, flags=re.MULTILINE))


def test_the_ports_are_those_of_the_code():
    ports = set()
    for path in (SOURCE / "application" / "ports").glob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
                ports.add(node.name)
                assert sum(isinstance(member, ast.AsyncFunctionDef | ast.FunctionDef) for member in node.body) <= 5
    assert first_column("Ports") == ports


def test_the_settings_are_those_of_the_code():
    read = set(re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"', (SOURCE / "config.py").read_text()))
    assert first_column("Settings") == read


def test_every_refusal_of_the_callback_is_listed():
    text = (SOURCE / "application" / "commands" / "complete_connection.py").read_text()
    raised = set(re.findall(r'ConnectRefusedError\(\s*"([a-z_]+)"', text))
    assert raised
    assert all(f"`{slug}`" in README for slug in raised)
