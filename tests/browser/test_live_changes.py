"""What happens at Amazon shows up by itself."""

import pytest

from browsing.chromium import DESKTOP
from browsing.line import Line
from browsing.page import SYNCED, Page
from browsing.simulated import Seller, Simulated


@pytest.fixture
def seller(page: Page, simulated: Simulated) -> Seller:
    """A connected seller whose first data is there."""
    seller = simulated.seller(orders=5, skus=3)
    page.sign_in(simulated.person())
    page.connect(seller)
    page.has_first_data()
    page.until(lambda: page.live_state() == "live", "it is live")
    return seller


def test_a_new_order_moves_the_counter_and_the_tiles(page: Page, simulated: Simulated, seller: Seller) -> None:
    page.run("window.sameTab = true")
    before = page.order_changes()
    orders = page.tile("totalOrders")
    made = simulated.add_orders(seller, 2)
    page.until(lambda: page.order_changes() >= before + 2, "the counter moves", seconds=SYNCED)
    for order_id in made:
        page.says(order_id, within="#activity")
    page.until(lambda: page.tile("totalOrders") != orders, "the tile follows")
    page.until(lambda: page.text("#activity [role=status]").startswith(f"{page.order_changes()} "), "a screen reader is told")
    assert page.run("return window.sameTab") is True


def test_nothing_is_lost_while_the_line_is_cut(page: Page, line: Line, simulated: Simulated, seller: Seller) -> None:
    line.cut()
    page.until(lambda: page.live_state() == "reconnecting", "it says that it is not live", seconds=SYNCED)
    made = simulated.add_orders(seller, 2)
    line.mend()
    page.until(lambda: page.live_state() == "live", "it is live again", seconds=SYNCED)
    for order_id in made:
        page.says(order_id, within="#activity", seconds=SYNCED)


def test_a_withdrawn_permission_is_offered_for_renewal(page: Page, simulated: Simulated, seller: Seller) -> None:
    simulated.revoke(seller)
    page.says("Amazon needs your permission again", within="#connection", seconds=SYNCED)
    assert "Amazon is connected" not in page.text()
    page.shot("renewal", DESKTOP)
    page.click("Renew permission")
    assert page.see("#seller")
