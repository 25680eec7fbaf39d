"""On any screen, in any light, with or without a mouse."""

from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from browsing.chromium import DESKTOP, PHONE, show_as
from browsing.page import SYNCED, Page
from browsing.simulated import Simulated

_CONTRAST = (Path(__file__).parent / "browsing" / "contrast.js").read_text()
_MOST_TABS = 30


def test_it_fits_a_phone_in_every_state(page: Page, simulated: Simulated) -> None:
    show_as(page.browser, PHONE)
    page.open()
    page.says("Connect your Amazon seller account once")
    expect_no_sideways_scroll(page)
    seller = simulated.seller()
    page.sign_in(simulated.person())
    page.says("Connect your seller account once")
    page.shot("phone-unconnected", PHONE)
    expect_no_sideways_scroll(page)
    page.connect(seller)
    page.has_first_data()
    simulated.add_orders(seller, 3)
    page.until(lambda: page.order_changes() >= 3, "orders come in", seconds=SYNCED)
    for scheme in ("light", "dark"):
        page.shot(f"phone-connected-{scheme}", PHONE, scheme)
        expect_no_sideways_scroll(page)


def test_connecting_needs_no_mouse(page: Page, simulated: Simulated) -> None:
    person = simulated.person()
    page.open()
    page.says("Sign in")
    press_when_reached(page, "Sign in")
    page.fill_in_sign_in(person.username, person.password)
    page.says("Connect your seller account once")
    press_when_reached(page, "Connect Amazon")
    assert page.see("#seller")


def test_the_dialog_is_left_with_escape_and_gives_the_focus_back(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller(orders=2, skus=1)
    page.sign_in(simulated.person())
    page.connect(seller)
    page.says(seller.id, within="#connection")
    page.click("Disconnect…")
    page.says("Disconnect Amazon?", within="dialog")
    page.shot("dialog", DESKTOP)
    page.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.until(lambda: page.browser.switch_to.active_element.text == "Disconnect…", "the focus is back")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out_from_their_ground(page: Page, simulated: Simulated, scheme: str) -> None:
    show_as(page.browser, DESKTOP, scheme=scheme)
    seller = simulated.seller()
    page.sign_in(simulated.person())
    page.says("Connect your seller account once")
    page.shot(f"unconnected-{scheme}", DESKTOP, scheme)
    assert page.run(_CONTRAST) == []
    page.connect(seller)
    page.has_first_data()
    simulated.add_orders(seller, 4)
    page.until(lambda: page.order_changes() >= 4, "orders come in", seconds=SYNCED)
    page.shot(f"connected-{scheme}", DESKTOP, scheme)
    assert page.run(_CONTRAST) == []


def expect_no_sideways_scroll(page: Page) -> None:
    width, room = page.run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= room


def press_when_reached(page: Page, name: str) -> None:
    """Go forward with Tab alone until the button of that name has a visible focus, then press Enter."""
    for _ in range(_MOST_TABS):
        page.browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = page.browser.switch_to.active_element
        outline = focused.value_of_css_property("outline-style")
        assert outline != "none" or focused.get_attribute("type") == "radio", f"no visible focus on {focused.text!r}"
        if focused.text == name:
            focused.send_keys(Keys.ENTER)
            return
    raise AssertionError(f"{name!r} is not reached with the keyboard")
