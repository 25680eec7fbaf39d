"""A seller authorises in Amazon's Appstore, signs in here, and renews the authorisation later: Amazon's pages lead the way."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from harness import consent
from harness.forms import forms
from harness.world import US, Person, World

LOGIN = "/api/v1/amazon/oauth/login"


async def sent_by_amazon(world: World, page: str, seller: str) -> str:
    """Choose `seller` on a page of Amazon's; return the address that Amazon opens of ours."""
    async with httpx.AsyncClient(base_url=world.backend.addresses.simulator, timeout=15) as amazon:
        application = (await amazon.get("/_sim/applications")).json()["applications"][0]["application_id"]
        shown = await amazon.get(f"/apps/{page}/{application}")
        form = next(form for form in forms(str(shown.url), shown.text) if form.method == "POST")
        answer = await amazon.post(form.action or str(shown.url), data={"selling_partner_id": seller})
        assert answer.is_redirect, answer.text
        return str(answer.headers["location"])


async def signed_in(browser: httpx.AsyncClient, person: Person, **body: str) -> httpx.Response:
    """What the page does once the seller has signed in."""
    return await browser.post(LOGIN, json=body, headers={"authorization": f"Bearer {person.token}"})


async def finished(browser: httpx.AsyncClient, started: httpx.Response) -> dict[str, str]:
    """Follow Amazon's confirmation back to the callback."""
    assert started.status_code == 200, started.text
    async with httpx.AsyncClient(timeout=15) as amazon:
        confirmed = await amazon.get(started.json()["authorization_url"])
    assert confirmed.is_redirect, confirmed.text
    return consent.outcome(await browser.get(consent.path_and_query(confirmed.headers["location"])))


async def test_authorize_now_connects_and_renewing_keeps_the_account(world: World) -> None:
    person, seller = await world.person(), await world.seller(orders=3, skus=2)
    versions = []
    for page, body in (("store", {"marketplace": US}), ("manage", {})):
        async with world.browser() as browser:
            arrived = await browser.get(consent.path_and_query(await sent_by_amazon(world, page, seller.id)))
            assert dict(parse_qsl(urlsplit(arrived.headers["location"]).query)) == {"amazon_login": "pending"}
            assert await finished(browser, await signed_in(browser, person, **body)) == {"amazon_connected": "true"}
        (account,) = await world.accounts(person)
        versions.append((account["id"], account["version"]))

    assert [version for _, version in versions] == [1, 2]
    assert versions[0][0] == versions[1][0]
    assert account["selling_partner_id"] == seller.id
    await world.synced(person, seller)


async def test_what_amazon_sent_to_one_browser_is_nothing_in_another(world: World) -> None:
    person, seller = await world.person(), await world.seller(orders=0, skus=0)
    async with world.browser() as attacker, world.browser() as victim:
        await attacker.get(consent.path_and_query(await sent_by_amazon(world, "store", seller.id)))
        refused = await signed_in(victim, person, marketplace=US)

    assert (refused.status_code, refused.json()["code"]) == (400, "login_missing")
    assert await world.accounts(person) == []


async def test_another_seller_than_amazon_named_is_refused(world: World) -> None:
    person, seller, other = await world.person(), await world.seller(orders=0, skus=0), await world.seller(orders=0, skus=0)
    async with world.browser() as browser:
        await browser.get(consent.path_and_query(await sent_by_amazon(world, "store", seller.id)))
        started = await signed_in(browser, person, marketplace=US)
        async with httpx.AsyncClient(timeout=15) as amazon:
            back = str((await amazon.get(started.json()["authorization_url"])).headers["location"])
        mark = await world.simulator.mark()
        told = consent.outcome(await browser.get(consent.path_and_query(back.replace(seller.id, other.id))))

    assert told == {"amazon_error": "selling_partner_mismatch"}
    assert await world.accounts(person) == []
    assert await world.simulator.ledger(kind="lwa", operation="authorization_code", since=mark) == []


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/apps",
        "https://sellercentral.amazon.com@evil.example/apps",
        "https://sellercentral.amazon.com:8443/apps",
        "https://sellercentral.amazon.com.evil.example/apps",
        "http://sellercentral.amazon.com/apps",
        "https://sellercentral.amazon.com/a\r\nset-cookie: planted=1",
        "//sellercentral.amazon.com/apps",
    ],
)
async def test_a_way_back_that_is_not_amazons_is_refused(world: World, uri: str) -> None:
    async with world.browser() as browser:
        answer = await browser.get(LOGIN, params={"amazon_callback_uri": uri, "amazon_state": "s", "selling_partner_id": "A1EXAMPLE"})

    assert consent.outcome(answer) == {"amazon_error": "amazon_callback_uri_invalid"}
    assert "set-cookie" not in answer.headers
