"""Every refusal has a stable slug, a status in its service's one table, and a place in the tree that is drawn."""

import ast
import importlib
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = {
    "account_svc": "account_svc.adapters.inbound.http.statuses",
    "token_svc": "token_svc.adapters.inbound.statuses",
    "spapi_gateway": "spapi_gateway.adapters.inbound.http.statuses",
    "sync_svc": "sync_svc.adapters.inbound.http.statuses",
}
# The kit refuses with these in every service.
KIT = {"unauthenticated", "forbidden"}
# What ends a run is written into the run; no request is answered with it.
OF_BACKGROUND_WORK = {
    "sync_svc": {
        "account_not_found",
        "amazon_access_denied",
        "amazon_request_rejected",
        "application_credentials_rejected",
        "cursor_expired",
        "reauthorization_required",
        "run_lost",
    }
}

_spec = importlib.util.spec_from_file_location("refusals", Path(__file__).with_name("refusals.py"))
assert _spec
assert _spec.loader
refusals = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(refusals)


def source_of(package: str) -> Path:
    return ROOT / "services" / package.replace("_", "-") / "src" / package


def drawn(package: str) -> str:
    text = (source_of(package) / "domain" / "errors.py").read_text()
    return ast.get_docstring(ast.parse(text)) or ""


@pytest.mark.parametrize("package", TABLES)
def test_every_slug_has_a_status_and_every_status_a_slug(package):
    table = importlib.import_module(TABLES[package]).STATUSES
    raised = refusals.slugs_of(source_of(package)) | KIT
    background = OF_BACKGROUND_WORK.get(package, set())
    assert raised - background - table.keys() - KIT == set(), f"give these a line in {TABLES[package]}"
    assert table.keys() - raised == set(), f"nothing refuses with these lines of {TABLES[package]}"
    assert background <= raised
    assert not background & table.keys()
    assert all(400 <= status < 600 for status in table.values())
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", slug) for slug in table)


@pytest.mark.parametrize("package", TABLES)
def test_every_error_is_drawn_in_the_tree_of_its_service(package):
    assert [name for name in refusals.error_classes(source_of(package)) if name not in drawn(package)] == []


@pytest.mark.parametrize("package", TABLES)
def test_a_service_has_one_table_of_statuses(package):
    tables = [
        path.relative_to(source_of(package)).as_posix()
        for path in source_of(package).rglob("*.py")
        if re.search(r"^_?STATUSES\b.*=", path.read_text(), re.MULTILINE)
    ]
    assert tables == [TABLES[package].partition(".")[2].replace(".", "/") + ".py"]


PLANTED = """
from svc_kit.errors import DomainError, Unavailable

_PASSED = frozenset({"passed_on"})
_TEXTS = {"told_again": "Try again."}


class FixedError(DomainError):
    def __init__(self) -> None:
        super().__init__("fixed_by_class", "Never.")


class TakingError(DomainError):
    pass


class FarError(Unavailable):
    pass


def refuse(problem) -> None:
    if problem.code in _PASSED:
        raise TakingError(problem.code)
    if _TEXTS.get(problem.code):
        raise TakingError(problem.code)
    raise TakingError("taken", "not_a_slug") if problem else DomainError("plain_one")
"""


def test_the_reading_finds_every_way_to_refuse(tmp_path):
    (tmp_path / "planted.py").write_text(PLANTED)
    assert refusals.slugs_of(tmp_path) == {"fixed_by_class", "taken", "plain_one", "passed_on", "told_again"}
    assert set(refusals.error_classes(tmp_path)) == {"FixedError", "TakingError", "FarError"}
