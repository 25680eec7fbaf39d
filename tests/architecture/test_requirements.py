"""What is committed names no download address, and every pinned requirement has a hash."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes_and_without_addresses(path):
    text = path.read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
    blocks = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).strip())
    assert blocks
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^]]+\])?==", block), block
        assert "--hash=sha256:" in block, block


def test_the_versions_of_the_services_are_those_of_the_development_environment():
    def pins(path: Path) -> dict[str, str]:
        return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]+\])?==(\S+)", path.read_text(), flags=re.MULTILINE))

    dev = pins(ROOT / "requirements" / "dev.txt")
    for path in PINNED:
        assert pins(path).items() <= dev.items(), path.name


def test_the_page_lock_file_has_no_addresses():
    lock = json.loads((ROOT / "dashboard" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
