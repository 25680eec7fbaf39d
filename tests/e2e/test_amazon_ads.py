"""An advertiser connects Amazon Ads; what is listed is what three regional hosts have, each asked through the gateway."""

from typing import Any

import pytest

from harness import consent
from harness.waiting import eventually
from harness.world import Person, Seller, World

Json = dict[str, Any]
BIG = 3802314508801283
SHAPES = ("classic", "detail", "message", "errors", "v1")


def book() -> Json:
    """A global account over three regions among a hundred others; sellers' profiles, two agencies, three advertisers."""
    everywhere = {
        "ads_account_id": "amzn1.ads-account.g.everywhere",
        "name": "Everywhere",
        "status": "PARTIALLY_CREATED",
        "country_codes": ["US", "UK", "JP"],
        "alternate_ids": [
            {"country_code": "US", "profile_id": BIG},
            {"country_code": "US", "entity_id": "ENTITYUS"},
            {"country_code": "UK", "profile_id": BIG + 1},
        ],
        "errors": {"JP": [{"error_id": 7, "error_code": "NOT_ELIGIBLE", "error_message": "not eligible"}]},
    }
    others = [{"ads_account_id": f"amzn1.ads-account.g.{n:03}", "name": str(n), "country_codes": ["US"]} for n in range(104)]
    profiles = [
        {"profile_id": BIG, "country_code": "US", "account_id": "A1", "name": "Acme"},
        {"profile_id": BIG + 1, "country_code": "UK", "account_id": "A1", "name": "Acme"},
        {"profile_id": 11, "country_code": "US", "account_id": "ENTITY11", "type": "agency"},
        {"profile_id": 12, "country_code": "DE", "account_id": "ENTITY12", "type": "agency"},
    ]
    advertisers = [{"advertiser_id": f"90000000000000{n}", "profile_id": 11, "name": f"Brand {n}"} for n in range(3)]
    return {"accounts": [everywhere, *others], "profiles": profiles, "advertisers": advertisers}


async def connect(world: World, person: Person, seller: Seller) -> Json:
    """Connect Amazon Ads in North America as a browser does; return the account."""
    async with world.browser() as browser:
        url = await consent.start(browser, person.token, "US", kind="advertising")
        assert "code_challenge_method=S256" in url
        back = await consent.decide(url, seller.id)
        assert consent.outcome(await browser.get(consent.path_and_query(back))) == {"amazon_connected": "true"}
    (account,) = await world.accounts(person)
    return account


@pytest.fixture
async def person(world: World) -> Person:
    return await world.person()


@pytest.fixture
async def seller(world: World) -> Seller:
    made = await world.seller(orders=0, skus=0)
    await world.simulator.advertise(made.id, book())
    return made


async def listed(person: Person, what: str, **query: str) -> Json:
    answer = await person.api.get(f"/api/v1/ads/{what}", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def asked(world: World, seller: Seller, operation: str, since: str = "0") -> list[Json]:
    return await world.simulator.ledger(kind="ads", operation=operation, selling_partner_id=seller.id, since=since)


async def test_accounts_of_all_regions_are_one_list_merged_by_country(world: World, person: Person, seller: Seller) -> None:
    account = await connect(world, person, seller)

    listing = await listed(person, "accounts")

    assert (account["kind"], account["region"], account["selling_partner_id"]) == ("advertising", "NA", "lwa-grant.default-ads")
    assert len(listing["items"]) == 105
    assert listing["problems"] == []
    (found,) = [one for one in listing["items"] if one["name"] == "Everywhere"]
    countries = {one["country"]: (one["profile_ids"], one["entity_ids"], len(one["errors"])) for one in found["countries"]}
    assert countries == {"GB": ([str(BIG + 1)], [], 0), "JP": ([], [], 1), "US": ([str(BIG)], ["ENTITYUS"], 0)}
    entries = await asked(world, seller, "listAdsAccounts")
    assert sorted((entry["region"], len(entry["ids"]), entry["status"]) for entry in entries) == [
        ("EU", 1, 200),
        ("FE", 1, 200),
        ("NA", 5, 200),
        ("NA", 100, 200),
    ]
    consents = await world.simulator.ledger(kind="consent", operation="ads_consent", selling_partner_id=seller.id)
    assert [entry["region"] for entry in consents if entry["status"] == 302] == ["NA"]


async def test_an_empty_list_of_a_region_is_no_error_and_ids_keep_every_digit(world: World, person: Person, seller: Seller) -> None:
    await connect(world, person, seller)

    listing = await listed(person, "profiles")

    assert {one["profile_id"] for one in listing["items"]} == {str(BIG), str(BIG + 1), "11", "12"}
    assert listing["problems"] == []
    (british,) = [one for one in listing["items"] if one["profile_id"] == str(BIG + 1)]
    assert (british["country"], british["region"], british["marketplace_id"]) == ("GB", "EU", "A1F83G8C2ARO7P")
    assert (await person.api.get(f"/api/v1/ads/profiles/{BIG + 1}")).json() == british
    served = {entry["region"]: entry["ids"] for entry in await asked(world, seller, "listProfiles")}
    assert served == {"NA": [str(BIG), "11"], "EU": [str(BIG + 1), "12"], "FE": []}


async def test_dsp_advertisers_come_through_agencies_which_fail_alone(world: World, person: Person, seller: Seller) -> None:
    await connect(world, person, seller)

    async with world.simulator.fault(
        "ads", "status", status=403, operation="listDspAdvertisers", region="EU", selling_partner_id=seller.id
    ):
        listing = await listed(person, "dsp-advertisers")

    assert [one["name"] for one in listing["items"]] == ["Brand 0", "Brand 1", "Brand 2"]
    assert [(one["region"], one["profile_id"], one["code"]) for one in listing["problems"]] == [("EU", "12", "ads_refused")]
    assert {entry["profile_id"] for entry in await asked(world, seller, "listDspAdvertisers")} == {"11", "12"}
    assert (await listed(person, "dsp-advertisers", refresh="true"))["problems"] == []


@pytest.mark.parametrize("shape", SHAPES)
async def test_every_shape_of_error_is_understood_and_takes_nothing_away(world: World, person: Person, seller: Seller, shape: str) -> None:
    await connect(world, person, seller)
    before = {one["profile_id"] for one in (await listed(person, "profiles"))["items"]}

    async with world.simulator.fault(
        "ads", "status", status=400, shape=shape, operation="listProfiles", region="EU", selling_partner_id=seller.id
    ):
        listing = await listed(person, "profiles", refresh="true")

    assert {one["profile_id"] for one in listing["items"]} == before
    (problem,) = listing["problems"]
    assert (problem["region"], problem["code"]) == ("EU", "ads_refused")
    assert "planned fault" in problem["detail"]


async def test_a_429_is_waited_for_and_an_expired_token_replaced_once(world: World, person: Person, seller: Seller) -> None:
    await connect(world, person, seller)
    await listed(person, "profiles")
    for kind, more in (("rate_limit", {"retry_after": 2}), ("expired_token", {})):
        since = await world.simulator.mark()
        async with world.simulator.fault("ads", kind, operation="listProfiles", region="NA", selling_partner_id=seller.id, times=1, **more):
            assert (await listed(person, "profiles", refresh="true"))["problems"] == []
        entries = [entry for entry in await asked(world, seller, "listProfiles", since) if entry["region"] == "NA"]
        assert [entry["status"] for entry in entries] == [429 if kind == "rate_limit" else 401, 200]
        tokens = {entry["token_sha256"] for entry in entries}
        assert len(tokens) == (1 if kind == "rate_limit" else 2)


async def test_an_account_is_registered_and_becomes_usable(world: World, person: Person, seller: Seller) -> None:
    await connect(world, person, seller)
    wish = {"name": "New one", "country": "US", "seller_central_account": f"MCID-{seller.id}"}

    made = await person.api.post("/api/v1/ads/accounts", json=wish)

    assert made.status_code == 201, made.text
    assert made.json()["status"] == "PENDING"
    again = await person.api.post("/api/v1/ads/accounts", json=wish)
    assert (again.status_code, again.json()["code"]) == (422, "ads_refused")

    async def status() -> str:
        items = (await listed(person, "accounts"))["items"]
        return str(next(one["status"] for one in items if one["name"] == "New one"))

    await eventually(status, lambda seen: seen == "CREATED", within=60, what="the account is made")


async def test_a_grant_for_ads_opens_nothing_of_the_sp_api_and_is_no_seller(world: World, person: Person, seller: Seller) -> None:
    account = await connect(world, person, seller)

    answer = await person.api.get(f"/v1/accounts/{account['id']}/spapi/sellers/v1/marketplaceParticipations")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_account_kind")
    assert (await person.api.get("/api/v1/amazon/connection")).json()["connected"] is False
    assert await world.simulator.ledger(kind="spapi", selling_partner_id=seller.id) == []


async def test_another_tenant_sees_nothing_of_it(world: World, person: Person, seller: Seller) -> None:
    account = await connect(world, person, seller)
    await listed(person, "profiles")
    stranger = await world.person()

    assert (await listed(stranger, "profiles"))["items"] == []
    assert (await stranger.api.get(f"/api/v1/ads/profiles/{BIG}")).status_code == 404
    answer = await stranger.api.get(f"/v1/accounts/{account['id']}/ads/v2/profiles")
    assert (answer.status_code, answer.json()["code"]) == (403, "amazon_not_connected")
