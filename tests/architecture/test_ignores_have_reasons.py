"""Whoever silences a checker says which rule and why; the rule bites when broken."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for folder in ("shared", "services", "simulator", "stack") for path in (ROOT / folder).glob("**/src/**/*.py"))

_spec = importlib.util.spec_from_file_location("ignored_rules", Path(__file__).with_name("ignored_rules.py"))
assert _spec
assert _spec.loader
rule = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rule)


def test_every_ignore_names_its_rule_and_its_reason():
    assert len(FILES) > 100
    assert [line for path in FILES for line in rule.unexplained_ignores(path)] == []


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa - because",
        "# noqa: PLR2004",
        "# noqa: PLR2004 -",
        "# type: ignore",
        "# type: ignore[arg-type]",
        "# pyright: ignore[reportPrivateUsage]",
        "# noqa: SLF001 - private  # pyright: ignore[reportPrivateUsage]",
    ],
)
def test_the_rule_bites(comment, tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(f"x = 1  {comment}\n")
    assert list(rule.unexplained_ignores(planted)) == [f"planted.py:1: {comment}"]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: PLR2004 - Too Many Requests",
        "# noqa: S608, E501 - own names",
        "# type: ignore[no-untyped-call]  # the library leaves it unannotated",
        "# noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its public reader times out",
        "# a comment about something else",
    ],
)
def test_the_rule_is_content_with_a_reason(comment, tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(f"x = 1  {comment}\n")
    assert list(rule.unexplained_ignores(planted)) == []
