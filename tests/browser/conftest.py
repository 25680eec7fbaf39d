"""One stack and one browser profile per test; a picture of every page that a test ended on."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from browsing.chromium import DESKTOP, chromium
from browsing.line import Line, line_to
from browsing.page import Page
from browsing.simulated import Simulated
from browsing.stack import Addresses, running_stack


@pytest.fixture(scope="session")
def addresses() -> Iterator[Addresses]:
    with running_stack() as found:
        yield found


@pytest.fixture
def simulated(addresses: Addresses) -> Iterator[Simulated]:
    with httpx.Client(base_url=addresses.simulator, timeout=60) as client:
        yield Simulated(client, has_demo=addresses.has_demo)


@pytest.fixture
def line(addresses: Addresses) -> Iterator[Line]:
    with line_to(urlsplit(addresses.front_door).port or 80) as line:
        yield line


@pytest.fixture
def page(addresses: Addresses, line: Line, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab of a fresh browser; a mistake on the page's console fails the test."""
    with chromium(tmp_path / "profile", detour=(urlsplit(addresses.front_door).netloc, line.port)) as browser:
        page = Page(browser, addresses.front_door)
        yield page
        page.shot(request.node.name, DESKTOP)
        mistakes = [entry["message"] for entry in browser.get_log("browser") if _is_mistake(entry)]
    assert mistakes == []


def _is_mistake(entry: dict[str, str]) -> bool:
    # A refused or interrupted request is reported as "network" too; what the page makes of it is for the tests to say.
    return entry["level"] == "SEVERE" and entry.get("source") != "network"
