"""A seller connects; what the dashboard then shows is what Amazon has."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from harness import consent
from harness.sign_in import sign_in
from harness.waiting import eventually
from harness.world import DE, FR, PASSWORD, US, World

PERIOD = {"from": (datetime.now(UTC) - timedelta(days=20)).date().isoformat(), "to": datetime.now(UTC).date().isoformat(), "tz": "UTC"}
ORDER_FIGURES = ("totalOrders", "totalRevenue", "averageOrderValue", "unshippedOrders", "byStatus", "byDay", "byMarketplace")
INVENTORY_FIGURES = ("totalSKUs", "totalQuantity", "lowStockItems", "outOfStockItems")


async def test_signing_in_on_the_issuers_page_opens_the_dashboard(world: World) -> None:
    person = await world.person()
    token = await sign_in(
        f"{world.backend.addresses.simulator}/oidc",
        f"{world.backend.addresses.front_door}/",
        username=person.username,
        password=PASSWORD,
    )

    answer = await world.http.get(
        f"{world.backend.addresses.front_door}/api/v1/amazon/connection", headers={"authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 200
    assert answer.json()["connected"] is False


@pytest.mark.parametrize(("region", "marketplaces"), [("NA", [US]), ("EU", [DE, FR])])
async def test_after_consent_the_figures_become_the_sellers_own(world: World, region: str, marketplaces: list[str]) -> None:
    person = await world.person()
    seller = await world.seller(region=region, marketplaces=marketplaces, orders=230, skus=60)

    account = await world.connect(person, seller)
    await world.synced(person, seller)

    assert account["status"] == "active"
    assert account["region"] == region
    truth = await world.simulator.truth(seller.id, **PERIOD)
    orders = await world.dashboard(person, "amazon-orders", **PERIOD)
    assert {name: orders[name] for name in ORDER_FIGURES} == {name: truth["orders"][name] for name in ORDER_FIGURES}
    inventory = await world.dashboard(person, "amazon-inventory")
    assert {name: inventory[name] for name in INVENTORY_FIGURES} == {name: truth["inventory"][name] for name in INVENTORY_FIGURES}
    assert inventory["lastSynced"] is not None


async def test_the_settings_page_knows_the_connection_and_the_setup(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=3, skus=2)
    before = await world.dashboard(person, "setup-status")

    await world.connect(person, seller)
    await world.synced(person, seller)

    connection = (await person.api.get("/api/v1/amazon/connection")).json()
    assert before["integrations"]["amazon"]["status"] == "not_connected"
    assert connection["connected"] is True
    assert connection["connected_since"] is not None
    assert (await world.dashboard(person, "setup-status"))["integrations"]["amazon"]["status"] == "connected"


async def test_a_disconnected_seller_is_no_longer_asked_for(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=3, skus=2)
    account = await world.connect(person, seller)
    await world.synced(person, seller)

    answer = await person.api.delete("/api/v1/amazon/connection")

    assert answer.is_success, answer.text
    assert (await person.api.get("/api/v1/amazon/connection")).json()["connected"] is False

    async def call() -> httpx.Response:
        return await person.api.get(f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations")

    refused = await eventually(call, lambda given: given.status_code in {403, 404}, within=30)
    assert refused.headers["content-type"].startswith("application/problem+json")
    mark = await world.simulator.mark()
    assert (await call()).status_code == refused.status_code
    assert await world.simulator.ledger(selling_partner_id=seller.id, since=mark) == []


async def test_a_refused_consent_is_explained_to_the_page(world: World) -> None:
    person = await world.person()
    seller = await world.seller(orders=0, skus=0)
    async with world.browser() as browser:
        back = await consent.decide(await consent.start(browser, person.token, US), seller.id, "deny")
        told = consent.outcome(await browser.get(consent.path_and_query(back)))

    assert list(told) == ["amazon_error"]
    assert await world.accounts(person) == []
