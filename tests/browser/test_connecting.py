"""To Amazon and back."""

from browsing.chromium import DESKTOP
from browsing.page import SYNCED, Page
from browsing.simulated import CANADA, US, Simulated


def test_a_seller_connects_and_sees_the_connection(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller()
    page.sign_in(simulated.person())
    page.connect(seller)
    page.says("Amazon is connected")
    assert page.location() == "/"
    page.says(seller.id, within="#connection")
    page.says("United States", within="#connection")
    page.says("Connected", within="#connection")
    page.has_first_data()


def test_a_second_marketplace_is_connected_beside_the_first(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller(marketplaces=(US, CANADA))
    page.sign_in(simulated.person())
    page.connect(seller)
    page.says(seller.id, within="#connection")
    page.click("Connect another marketplace")
    page.choose("Where do you sell?", "Canada")
    page.connect(seller)
    page.says("United States, Canada", within="#connection")


def test_a_seller_who_denies_is_told_that_nothing_changed(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller()
    page.sign_in(simulated.person())
    page.connect(seller, decision="deny")
    page.says("Amazon was not connected")
    page.says("Nothing was changed")
    assert page.location() == "/"
    page.click("Connect Amazon")
    assert page.see("#seller")


def test_a_message_can_be_dismissed_and_does_not_come_back(page: Page, simulated: Simulated) -> None:
    page.sign_in(simulated.person())
    page.open("/?amazon_error=state_expired")
    page.says("took a little too long")
    assert page.location() == "/"
    page.see("[aria-label='Dismiss this message']").click()
    page.browser.refresh()
    page.says("Connect your seller account once")
    assert "took a little too long" not in page.text()


def test_an_unknown_error_gets_a_general_message(page: Page, simulated: Simulated) -> None:
    page.sign_in(simulated.person())
    page.open("/?amazon_error=brand_new_reason")
    page.says("Amazon could not be connected")
    page.says("brand_new_reason")


def test_disconnecting_asks_first_and_then_forgets_the_account(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller()
    page.sign_in(simulated.person())
    page.connect(seller)
    page.says(seller.id, within="#connection")
    page.click("Disconnect…")
    page.says("Disconnect Amazon?", within="dialog")
    page.click("Cancel")
    page.says(seller.id, within="#connection")
    page.click("Disconnect…")
    page.click("Disconnect")
    page.says("Amazon is disconnected")
    page.says("Connect your seller account once", within="#connection")
    page.browser.refresh()
    page.says("Connect your seller account once", within="#connection")


def test_a_seller_whose_permission_ended_is_told_so_and_renews_it(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller(orders=30, skus=8)
    page.sign_in(simulated.person())
    page.connect(seller)
    page.has_first_data()
    page.until(lambda: page.tile("totalOrders") not in ([], ["0"]), "orders are shown")
    orders = page.tile("totalOrders")

    simulated.revoke(seller)
    page.click("Sync now")
    page.says("Amazon needs your permission again", within="#connection", seconds=SYNCED)
    page.says("What you see stays", within="#connection")
    page.says("Permission needed", within="#connection")
    assert page.tile("totalOrders") == orders
    page.shot("permission-needed", DESKTOP)

    page.connect(seller, button="Renew permission")
    page.says("Amazon is connected")
    page.says("Connected", within="#connection")
    assert "Amazon needs your permission again" not in page.text()
    page.until(lambda: page.tile("totalOrders") == orders, "the history is shown as before")
