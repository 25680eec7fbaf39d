"""/api/v1/ads."""

import pytest

from account_svc.domain.errors import AdsRefusedError
from account_svc.domain.region import Region
from svc_kit.errors import RateLimited, Unavailable

ADS = "/api/v1/ads"
BIG = "3802314508801283"


@pytest.fixture
def grant(client, user):
    """Connect Amazon Ads by hand."""

    async def connected(region: str = "NA", tenant: str = "acme", **more: object) -> str:
        body = {"kind": "advertising", "region": region, "refresh_token": "Atzr|by-hand", **more}
        return (await client.post("/api/v1/accounts", headers=user(tenant), json=body)).json()["id"]

    return connected


@pytest.fixture
def ask(client, user):
    async def asked(path: str, tenant: str = "acme", **query: str):
        answer = await client.get(f"{ADS}{path}", headers=user(tenant), params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asked


def account(name: str, *countries: str, status: str = "CREATED", **more: object):
    return name, {"adsAccountId": name, "accountName": name, "status": status, "countryCodes": list(countries), **more}


def profile(number: str, kind: str = "seller", country: str = "US", **info: object):
    told = {"type": kind, "id": "A1SELLER", "marketplaceStringId": "ATVPDKIKX0DER", "name": "Acme", **info}
    return number, {"profileId": number, "countryCode": country, "currencyCode": "USD", "timezone": "x", "accountInfo": told}


async def test_accounts_of_all_regions_are_merged_by_country(ask, grant, world):
    na = [{"countryCode": "US", "profileId": BIG}, {"countryCode": "US", "entityId": "ENTITY1"}]
    eu = [{"countryCode": "UK", "profileId": "2"}]
    world.ads_directory.listed[Region.NA] = [account("g.1", "US", alternateIds=na)]
    world.ads_directory.listed[Region.EU] = [
        account("g.1", "UK", alternateIds=eu, errors={"UK": [{"errorId": 1, "errorCode": "X", "errorMessage": "no"}]})
    ]
    connected = await grant("NA")
    listing = await ask("/accounts")
    (found,) = listing["items"]
    assert (found["ads_account_id"], found["status"], found["account_ids"], found["is_default"]) == ("g.1", "CREATED", [connected], True)
    british, american = found["countries"]
    assert british == {
        "country": "GB",
        "marketplace_id": "A1F83G8C2ARO7P",
        "profile_ids": ["2"],
        "entity_ids": [],
        "errors": [{"code": "X", "message": "no"}],
    }
    assert (american["country"], american["profile_ids"], american["entity_ids"]) == ("US", [BIG], ["ENTITY1"])
    assert sorted(region for _, _, region in world.ads_directory.asked) == ["EU", "FE", "NA"]
    assert listing["problems"] == []
    assert listing["last_synced_at"] == "2026-01-01T00:00:00Z"


async def test_each_grant_is_asked_in_its_own_region_and_uncovered_regions_by_all(ask, grant, world):
    first, second = await grant("NA"), await grant("EU")
    await ask("/profiles")
    assert sorted((account_id, region) for _, account_id, region in world.ads_directory.asked) == sorted(
        [(first, "NA"), (second, "EU"), (first, "FE"), (second, "FE")]
    )


async def test_what_is_fresh_is_not_asked_again_unless_it_is_wished(ask, grant, world):
    await grant()
    await ask("/profiles")
    await ask("/profiles")
    assert len(world.ads_directory.asked) == 3
    await ask("/profiles", refresh="true")
    assert len(world.ads_directory.asked) == 6
    world.clock.advance(301)
    await ask("/profiles")
    assert len(world.ads_directory.asked) == 9


async def test_an_account_that_amazon_is_still_making_is_asked_for_again_soon(ask, grant, world):
    await grant()
    world.ads_directory.listed[Region.NA] = [account("g.1", "US", status="PENDING")]
    await ask("/accounts")
    world.clock.advance(4)
    world.ads_directory.listed[Region.NA] = [account("g.1", "US")]
    assert (await ask("/accounts"))["items"][0]["status"] == "CREATED"
    world.clock.advance(4)
    asked = len(world.ads_directory.asked)
    await ask("/accounts")
    assert len(world.ads_directory.asked) == asked


async def test_a_host_that_fails_takes_nothing_away_and_is_named(ask, grant, world):
    connected = await grant()
    world.ads_directory.listed[Region.NA] = [account("g.1", "US")]
    world.ads_directory.listed[Region.EU] = [account("g.1", "UK"), account("g.2", "DE")]
    await ask("/accounts")
    world.ads_directory.faults["EU"] = Unavailable("away")
    world.ads_directory.listed[Region.NA] = [account("g.1", "US", "CA")]
    listing = await ask("/accounts", refresh="true")
    assert [[country["country"] for country in found["countries"]] for found in listing["items"]] == [["CA", "GB", "US"], ["DE"]]
    (problem,) = listing["problems"]
    assert (problem["account_id"], problem["region"], problem["code"]) == (connected, "EU", "temporarily_unavailable")
    world.ads_directory.faults.clear()
    assert (await ask("/accounts"))["problems"] == []


async def test_unknown_fields_are_kept_and_known_ones_follow(ask, grant, world):
    await grant()
    world.ads_directory.profiled[Region.NA] = [(BIG, {**profile(BIG)[1], "brandNew": {"a": 1}})]
    await ask("/profiles")
    world.ads_directory.profiled[Region.NA] = [(BIG, {**profile(BIG)[1], "currencyCode": "CAD"})]
    (found,) = (await ask("/profiles", refresh="true"))["items"]
    assert (found["currency"], found["metadata"]["brandNew"]) == ("CAD", {"a": 1})


async def test_a_sellers_profile_names_its_sp_api_account(ask, grant, world):
    await grant()
    world.ads_directory.profiled[Region.NA] = [profile(BIG), profile("5", "vendor", id="ENTITY5")]
    seller, vendor = (await ask("/profiles"))["items"]
    assert (seller["profile_id"], seller["selling_partner_id"], seller["marketplace_id"]) == (BIG, "A1SELLER", "ATVPDKIKX0DER")
    assert (seller["is_default"], vendor["is_default"]) == (True, False)
    assert (vendor["selling_partner_id"], vendor["advertiser_id"]) == (None, "ENTITY5")
    assert await ask(f"/profiles/{BIG}") == seller


async def test_a_profile_of_nobody_or_another_tenant_is_not_found(client, user, ask, grant, world):
    await grant()
    world.ads_directory.profiled[Region.NA] = [profile(BIG)]
    await ask("/profiles")
    for tenant, number in (("acme", "1"), ("other", BIG)):
        answer = await client.get(f"{ADS}/profiles/{number}", headers=user(tenant))
        assert (answer.status_code, answer.json()["code"]) == (404, "ads_profile_not_found")


async def test_dsp_advertisers_are_looked_for_through_agencies_only_each_failing_alone(ask, grant, world):
    await grant()
    world.ads_directory.profiled[Region.NA] = [
        profile("1", "agency"),
        profile("2", "agency"),
        profile("3"),
        profile("4", "agency", subType="AMAZON_ATTRIBUTION"),
    ]
    world.ads_directory.advertisers = {"1": [("77", {"name": "Brand", "country": "UK"})], "3": [("88", {})], "4": [("99", {})]}
    world.ads_directory.faults["2"] = RateLimited("slow down", retry_after=1)
    listing = await ask("/dsp-advertisers")
    (found,) = listing["items"]
    assert (found["advertiser_id"], found["name"], found["country"], found["profile_id"]) == ("77", "Brand", "GB", "1")
    assert [(problem["profile_id"], problem["code"]) for problem in listing["problems"]] == [("2", "temporarily_unavailable")]


async def test_without_a_grant_there_is_nothing_and_nobody_is_asked(ask, world):
    assert await ask("/accounts") == {"items": [], "last_synced_at": None, "problems": []}
    assert world.ads_directory.asked == []


WISH = {"name": "New", "country": "GB", "seller_central_account": "MCID"}


async def test_registering_uses_the_grant_of_the_countrys_region(client, user, ask, grant, world):
    await grant("NA")
    european = await grant("EU")
    answer = await client.post(f"{ADS}/accounts", headers=user("acme"), json=WISH)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["countries"][0]["country"], made["account_ids"]) == ("PENDING", "GB", [european])
    assert ("register", european, "EU") in world.ads_directory.asked
    assert [found["ads_account_id"] for found in (await ask("/accounts"))["items"]] == [made["ads_account_id"]]


async def test_terms_are_asked_for_and_their_token_sent_along(client, user, grant):
    await grant("EU")
    terms = await client.post(f"{ADS}/terms", headers=user("acme"), json={"country": "DE"})
    assert (terms.status_code, set(terms.json())) == (201, {"terms_token", "terms_url"})
    body = WISH | {"terms_token": terms.json()["terms_token"]}
    assert (await client.post(f"{ADS}/accounts", headers=user("acme"), json=body)).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"country": "XX"}, "marketplace_unknown"),
        ({"name": " "}, "name_invalid"),
        ({"vendor_group": "1"}, "association_invalid"),
        ({"seller_central_account": None}, "association_invalid"),
        ({"unknown": 1}, "invalid_request"),
    ],
)
async def test_what_cannot_be_registered_is_refused(client, user, grant, change, code):
    await grant()
    answer = await client.post(f"{ADS}/accounts", headers=user("acme"), json=WISH | change)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_registering_needs_a_grant_of_ones_own(client, user, grant):
    foreign = await grant("EU", "other")
    for body in (WISH, WISH | {"account_id": foreign}):
        answer = await client.post(f"{ADS}/accounts", headers=user("acme"), json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "amazon_not_connected")


async def test_what_amazon_refuses_is_told_in_its_words(client, user, grant, world):
    await grant("EU")
    world.ads_directory.faults["EU"] = AdsRefusedError("The selling account has an ads account already")
    answer = await client.post(f"{ADS}/accounts", headers=user("acme"), json=WISH)
    assert (answer.status_code, answer.json()["code"]) == (422, "ads_refused")
    assert "already" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/accounts", "/profiles", "/profiles/1", "/dsp-advertisers"])
async def test_only_users_and_operators_may_look(client, service, path):
    assert (await client.get(f"{ADS}{path}")).status_code == 401
    assert (await client.get(f"{ADS}{path}", headers=service("token-svc", "credentials:read"))).status_code == 403
