"""The page as a person uses it: by what it says, not by how it is built."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from browsing.chromium import show_as
from browsing.simulated import Person, Seller

T = TypeVar("T")
SOON: Final = 45.0
SYNCED: Final = 120.0
_RESULTS: Final = Path(__file__).resolve().parents[3] / "test-results"


class Page:
    """Sellerport in one tab. What is looked for is waited for; what does not come in time fails the test with a reason."""

    def __init__(self, browser: Chrome, address: str) -> None:
        self.browser = browser
        self.address = address

    def open(self, path: str = "/") -> None:
        self.browser.get(self.address + path)

    def sign_in(self, person: Person) -> None:
        """From the front page through the issuer's form and back."""
        self.open()
        self.click("Sign in")
        self.fill_in_sign_in(person.username, person.password)
        self.says("Overview")

    def fill_in_sign_in(self, username: str, password: str) -> None:
        field = self.see("#username")
        field.clear()
        field.send_keys(username)
        self.see("#password").send_keys(password)
        self.see("button.main").click()

    def connect(self, seller: Seller, *, decision: str = "allow", button: str = "Connect Amazon") -> None:
        """From the connect form through Amazon's consent page and back."""
        self.click(button)
        Select(self.see("#seller")).select_by_value(seller.id)
        self.see(f"button[value={decision}]").click()

    def click(self, name: str) -> None:
        """Click the button of that name, as soon as it can be."""

        def try_click() -> bool:
            button = self.button(name)
            self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
            button.click()
            return True

        self.until(try_click, f"button {name!r} can be clicked")

    def click_period(self, name: str) -> None:
        """Choose how far back the figures of the orders go."""
        self.label(name).click()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        Select(self.browser.find_element(By.ID, str(self.label(label).get_attribute("for")))).select_by_visible_text(option)

    def label(self, words: str) -> WebElement:
        return self.until(lambda: self.browser.find_element(By.XPATH, f"//label[normalize-space(.)='{words}']"), f"{words} can be chosen")

    def button(self, name: str) -> WebElement:
        wanted = f"//*[self::button or self::summary][normalize-space(.)={json.dumps(name, ensure_ascii=False)} and not(@disabled)]"
        return next(iter(self.browser.find_elements(By.XPATH, f"//dialog[@open]{wanted}") or [self.browser.find_element(By.XPATH, wanted)]))

    def see(self, selector: str) -> WebElement:
        """The first element that fits."""
        return self.until(lambda: self.browser.find_element(By.CSS_SELECTOR, selector), f"{selector} is there")

    def says(self, text: str, *, within: str = "body", seconds: float = SOON) -> None:
        """Wait until it says so."""
        self.until(lambda: text in self.text(within), f"it says {text!r}", seconds=seconds)

    def text(self, selector: str = "body") -> str:
        """What is said there, to the eye or to a screen reader."""
        return str(self.browser.find_element(By.CSS_SELECTOR, selector).get_property("innerText"))

    def has_first_data(self) -> None:
        """Wait until the first synchronisation is through."""

        def is_done() -> bool:
            done = self.browser.find_elements(By.CSS_SELECTOR, "#setup .check.done")
            return any("First data fetched" in check.text for check in done)

        self.until(is_done, "the first data is fetched", seconds=SYNCED)

    def tile(self, name: str) -> list[str]:
        """What a figure says, one line per currency."""
        return [line.text for line in self.browser.find_elements(By.CSS_SELECTOR, f"[data-tile={name}] .figure")]

    def order_changes(self) -> int:
        return int(self.text("[data-counter=orders]").replace(",", ""))

    def live_state(self) -> str:
        return str(self.see(".live-badge").get_attribute("data-state"))

    def location(self) -> str:
        return self.browser.current_url.removeprefix(self.address)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def shot(self, name: str, size: tuple[int, int], scheme: str = "light") -> None:
        """Keep a picture of the whole page in test-results."""
        _RESULTS.mkdir(exist_ok=True)
        show_as(self.browser, size, scheme=scheme)
        height = max(size[1], int(self.run("return document.documentElement.scrollHeight")))
        show_as(self.browser, size, scheme=scheme, height=height)
        self.browser.save_screenshot(str(_RESULTS / f"{name}.png"))
        show_as(self.browser, size, scheme=scheme)

    def until(self, look: Callable[[], T], what: str, *, seconds: float = SOON) -> T:
        """Return what `look` sees once that is true; an element that is missing, stale or covered counts as not yet."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if seen := look():
                    return seen
            except WebDriverException:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"not within {seconds:.0f} s: {what}; the page at {self.browser.current_url} says:\n{self.text()[:1500]}"
                )
            time.sleep(0.1)
