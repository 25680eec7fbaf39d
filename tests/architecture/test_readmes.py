"""A README per service, all with the same questions answered."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADINGS = ["## Endpoints", "## Ports", "## Settings", "## Run and test", "## When things fail"]


@pytest.mark.parametrize("service", ["account-svc", "token-svc", "spapi-gateway", "sync-svc"])
def test_a_readme_says_what_the_service_owns_offers_needs_and_survives(service):
    text = (ROOT / "services" / service / "README.md").read_text()
    lines = text.splitlines()
    assert [line for line in lines if line in HEADINGS] == HEADINGS
    assert "**Owns**" in text
    assert "**Does not own**" in text


@pytest.mark.parametrize("folder", [".", "simulator", "stack", "dashboard"])
def test_the_other_parts_have_one_too(folder):
    assert (ROOT / folder / "README.md").read_text().startswith("# ")
