"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PLACES = ("shared", "services", "tests", "stack", "simulator", "dashboard", "bench", "contracts", "deploy", "docs", "requirements")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_target_a_document_names_exists(document):
    text = document.read_text()
    paths = [name for name in re.findall(r"`([\w./-]+)`", text) if name.split("/")[0] in PLACES]
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [name for name in paths if not (ROOT / name).exists()] == []
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_make_target_a_document_names_exists():
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"(?:`|^)(?:[A-Z]+=\S+ )?make ([a-z0-9]+)", document.read_text(), re.MULTILINE)) <= targets, document.name


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "adr").glob("0*.md")), ids=lambda path: path.name)
def test_every_decision_says_what_enforces_it(record):
    assert "**Enforced by**" in record.read_text() or "## Enforced by" in record.read_text()
