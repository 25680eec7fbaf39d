"""The tiles say what is true."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx

from browsing.page import SYNCED, Page
from browsing.simulated import CANADA, US, Seller, Simulated


def test_every_tile_equals_the_truth(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller(orders=60, skus=25)
    page.sign_in(simulated.person())
    with simulated.quiet():
        page.connect(seller)
        expect_truth(page, simulated, seller, days=30)
        page.click_period("7 days")
        expect_truth(page, simulated, seller, days=7)
        page.click_period("90 days")
        expect_truth(page, simulated, seller, days=90)


def test_amounts_of_different_currencies_stand_side_by_side(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller(marketplaces=(US, CANADA), orders=60)
    page.sign_in(simulated.person())
    with simulated.quiet():
        connect_by_hand(page, seller, refresh_token=simulated.grant(seller))
        page.says("United States, Canada", within="#connection")
        expect_truth(page, simulated, seller, days=30)
        assert len(page.tile("totalRevenue")) == 2


def test_asking_for_a_sync_again_and_again_is_refused_kindly(page: Page, simulated: Simulated) -> None:
    seller = simulated.seller(orders=3, skus=2)
    page.sign_in(simulated.person())
    page.connect(seller)
    page.has_first_data()
    page.click("Sync now")
    page.says("Started", within=".sync-now")

    def is_refused() -> bool:
        # A request that only joined a scheduled run does not count as one, so the first refusal may take another click.
        page.click("Sync now")
        return "You can ask again in 10 minutes" in page.text(".sync-now")

    page.until(is_refused, "it says when to ask again")


def connect_by_hand(page: Page, seller: Seller, *, refresh_token: str) -> None:
    """As a seller with an application of their own does it: through the API, with all marketplaces at once."""
    account = {"kind": "selling_partner", "selling_partner_id": seller.id, "region": "NA", "marketplaces": [US, CANADA]}
    token = page.run("return JSON.parse(sessionStorage.getItem('sellerport.session')).accessToken")
    answer = httpx.post(
        f"{page.address}/api/v1/accounts", json={**account, "refresh_token": refresh_token}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.is_success, answer.text


def expect_truth(page: Page, simulated: Simulated, seller: Seller, *, days: int) -> None:
    zone = str(page.run("return Intl.DateTimeFormat().resolvedOptions().timeZone"))
    today = date.fromisoformat(str(page.run("return new Date().toLocaleDateString('sv')")))
    truth = simulated.truth(seller, **{"from": str(today - timedelta(days=days - 1)), "tz": zone})
    wanted = tiles_of(truth)
    page.until(lambda: shown(page, wanted) == wanted, f"the tiles of {days} days say {wanted}", seconds=SYNCED)


def shown(page: Page, wanted: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: page.tile(name) for name in wanted}


def tiles_of(truth: dict[str, Any]) -> dict[str, list[str]]:
    orders, stock = truth["orders"], truth["inventory"]
    counts = {name: orders[name] for name in ("totalOrders", "unshippedOrders")} | {
        name: stock[name] for name in ("totalSKUs", "totalQuantity", "lowStockItems", "outOfStockItems")
    }
    amounts = {name: money(orders[name]) for name in ("totalRevenue", "averageOrderValue")}
    return {name: [f"{count:,}"] for name, count in counts.items()} | amounts


def money(amounts: list[dict[str, str]]) -> list[str]:
    signs = {"USD": "$", "CAD": "CA$"}
    ordered = sorted(amounts, key=lambda amount: amount["currency"])
    return [f"{signs[one['currency']]}{Decimal(one['amount']):,.2f}" for one in ordered] or ["\N{EN DASH}"]
