"""Headless Chromium, as the system's packages install it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en-US",
)
DESKTOP: Final = (1280, 900)
PHONE: Final = (375, 812)


@contextmanager
def chromium(profile: Path, *, detour: tuple[str, int]) -> Iterator[Chrome]:
    """Yield a browser with a profile of its own that reaches the given host and port through another port of this machine."""
    binary, driver = _installed("chromium", "chromium-browser", "google-chrome"), _installed("chromedriver")
    options = ChromeOptions()
    options.binary_location = binary
    rule = f"MAP {detour[0]} 127.0.0.1:{detour[1]}"
    for flag in (*_FLAGS, f"--user-data-dir={profile}", f"--host-resolver-rules={rule}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=Service(executable_path=driver))
    try:
        show_as(browser, DESKTOP)
        yield browser
    finally:
        browser.quit()


def show_as(browser: Chrome, size: tuple[int, int], *, scheme: str = "light", height: int | None = None) -> None:
    """Give the page this size and colour scheme; `height` overrides the size's own."""
    width, usual = size
    command(
        browser,
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height or usual,
        deviceScaleFactor=1,
        mobile=size == PHONE,
    )
    command(
        browser,
        "Emulation.setEmulatedMedia",
        features=[{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}],
    )


def command(browser: Chrome, name: str, **parameters: Any) -> Any:
    """Give Chromium a command of its DevTools protocol."""
    return browser.execute_cdp_cmd(name, parameters)


def _installed(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise RuntimeError(f"{names[0]} is not installed: apt-get install -y chromium chromium-driver")
