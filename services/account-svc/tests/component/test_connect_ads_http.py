"""Connecting Amazon Ads: start, callback, by hand."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from account_svc.domain.account import AccountKind

START, CALLBACK, ACCOUNTS = "/api/v1/amazon/oauth/start", "/api/v1/amazon/oauth/callback", "/api/v1/accounts"
SCOPE = "advertising::campaign_management"


@pytest.fixture
def environment(environment, request):
    return {**environment, **getattr(request, "param", {})}


@pytest.fixture
def start(client, user):
    async def started(**body: object):
        return await client.post(START, headers=user("acme"), json={"kind": "advertising", **body})

    return started


@pytest.fixture
def begin_ads(start, world):
    """Begin to connect; the code `good` belongs to this very consent."""

    async def begun(region: str = "EU", code: str = "good") -> str:
        query = dict(parse_qsl(urlsplit((await start(region=region)).json()["authorization_url"]).query))
        world.exchange.codes[code] = "Atzr|planted-ads"
        world.exchange.challenges[code] = query["code_challenge"]
        return query["state"]

    return begun


@pytest.fixture
def back(client):
    async def came(state: str, **query: str | None):
        given = {"state": state, "code": "good", "scope": SCOPE, **query}
        return await client.get(CALLBACK, params={name: value for name, value in given.items() if value is not None})

    return came


@pytest.mark.parametrize(
    ("body", "host", "region"),
    [
        ({"region": "NA"}, "www.amazon.com", "NA"),
        ({"region": "EU"}, "eu.account.amazon.com", "EU"),
        ({"marketplace": "JP"}, "apac.account.amazon.com", "FE"),
        ({"marketplace": "GB", "region": "EU"}, "eu.account.amazon.com", "EU"),
    ],
)
async def test_the_browser_is_sent_to_the_regions_login_with_amazon(start, world, body, host, region):
    answer = await start(**body)
    assert answer.status_code == 200, answer.text
    url = urlsplit(answer.json()["authorization_url"])
    query = dict(parse_qsl(url.query))
    assert (url.netloc, url.path) == (host, "/ap/oa")
    assert set(query) == {"client_id", "scope", "response_type", "redirect_uri", "state", "code_challenge", "code_challenge_method"}
    assert (query["scope"], query["response_type"], query["code_challenge_method"]) == (SCOPE, "code", "S256")
    assert query["client_id"] == "amzn1.application-oa2-client.test-ads"
    assert answer.json()["expires_at"] == "2026-01-01T00:10:00Z"
    assert "max-age=600" in answer.headers["set-cookie"].lower()
    (state,) = world.states.states.values()
    assert (state.kind, state.region.value, state.central) == (AccountKind.ADVERTISING, region, None)


@pytest.mark.parametrize(
    "environment", [{"AMAZON_ADS_CONSENT_URL_EU": "http://sim.test/eu", "AMAZON_ADS_SCOPE": "advertising::audiences"}], indirect=True
)
async def test_host_and_scope_can_be_set(start):
    url = (await start(region="EU")).json()["authorization_url"]
    assert url.startswith("http://sim.test/eu/ap/oa?")
    assert "scope=advertising%3A%3Aaudiences&" in url


async def test_the_challenge_is_new_each_time_and_its_verifier_is_nowhere(start, world):
    queries = [dict(parse_qsl(urlsplit((await start(region="NA")).json()["authorization_url"]).query)) for _ in range(2)]
    assert queries[0]["code_challenge"] != queries[1]["code_challenge"]
    assert all(query["code_challenge"] not in repr(world.states.states) for query in queries)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "region_missing"),
        ({"region": "XX"}, "invalid_request"),
        ({"marketplace": "XX"}, "marketplace_unknown"),
        ({"marketplace": "US", "region": "EU"}, "marketplace_region_mismatch"),
        ({"region": "NA", "application": "default"}, "application_kind_mismatch"),
        ({"kind": "selling_partner", "marketplace": "US", "application": "default-ads"}, "application_kind_mismatch"),
        ({"kind": "selling_partner"}, "marketplace_missing"),
        ({"kind": "selling_partner", "marketplace": "US", "region": "NA"}, "region_unsupported"),
    ],
)
async def test_what_cannot_be_used_is_refused(start, world, body, code):
    answer = await start(**body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert world.states.states == {}


async def test_without_settings_the_operator_is_told_what_to_set(start, world):
    world.applications.applications.clear()
    answer = await start(region="NA")
    assert (answer.status_code, answer.json()["code"]) == (409, "application_not_configured")
    assert "AMAZON_ADS_LWA_CLIENT_ID" in answer.json()["detail"]


async def test_the_advertiser_comes_back_connected(begin_ads, back, client, user):
    answer = await back(await begin_ads())
    assert answer.headers["location"] == "http://page.test/?amazon_connected=true"
    (account,) = (await client.get(ACCOUNTS, headers=user("acme"))).json()["items"]
    assert (account["kind"], account["region"], account["application"]) == ("advertising", "EU", "default-ads")
    assert (account["selling_partner_id"], account["marketplaces"], account["signing"]) == ("lwa-grant.default-ads", [], "none")
    connection = (await client.get("/api/v1/amazon/connection", headers=user("acme"))).json()
    assert connection["connected"] is False  # of a selling partner there is none


async def test_consenting_again_renews_the_grant_of_the_region_and_adds_one_in_another(begin_ads, back, world):
    for region in ("EU", "EU", "NA"):
        assert "amazon_connected=true" in (await back(await begin_ads(region))).headers["location"]
    found = sorted((account.identity.region.value, account.refresh_token_version) for account in world.accounts.accounts.values())
    assert found == [("EU", 2), ("NA", 1)]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ({"code": None}, "code_missing"),
        ({"code": None, "spapi_oauth_code": "good", "selling_partner_id": "A1SELLER"}, "code_missing"),
        ({"code": "old"}, "authorization_code_rejected"),
        ({"scope": "profile"}, "scope_not_granted"),
        ({"code": None, "error": "access_denied"}, "access_denied"),
    ],
)
async def test_failures_lead_back_with_a_stable_slug(begin_ads, back, world, query, slug):
    assert (await back(await begin_ads(), **query)).headers["location"].endswith(f"amazon_error={slug}")
    assert world.accounts.accounts == {}


async def test_a_code_of_another_consent_is_refused(begin_ads, back):
    await begin_ads(code="stolen")
    state = await begin_ads(code="mine")
    assert (await back(state, code="stolen")).headers["location"].endswith("amazon_error=authorization_code_rejected")


async def test_a_connection_takes_ten_minutes_at_most(begin_ads, back, world):
    state = await begin_ads()
    world.clock.advance(10 * 60)
    assert (await back(state)).headers["location"].endswith("amazon_error=state_expired")


async def test_by_hand(client, user):
    body = {"kind": "advertising", "region": "NA", "refresh_token": "Atzr|by-hand", "name": "Agency"}
    made = await client.post(ACCOUNTS, headers=user("acme"), json=body)
    named = await client.post(ACCOUNTS, headers=user("acme"), json=body | {"selling_partner_id": "second-login", "marketplaces": ["US"]})
    assert [answer.status_code for answer in (made, named)] == [201, 201]
    assert [answer.json()["selling_partner_id"] for answer in (made, named)] == ["lwa-grant.default-ads", "second-login"]
    again = await client.post(ACCOUNTS, headers=user("acme"), json=body)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"signing": "sigv4", "role_arn": "arn:aws:iam::123456789012:role/x"}, "signing_unsupported"),
        ({"application": "default"}, "application_kind_mismatch"),
        ({"marketplaces": ["DE"]}, "marketplace_region_mismatch"),
    ],
)
async def test_by_hand_what_ads_do_not_have_is_refused(client, user, body, code):
    given = {"kind": "advertising", "region": "NA", "refresh_token": "Atzr|by-hand"}
    answer = await client.post(ACCOUNTS, headers=user("acme"), json=given | body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_token_svc_learns_the_kind_of_the_application(client, user, service):
    body = {"kind": "advertising", "region": "NA", "refresh_token": "Atzr|by-hand"}
    made = (await client.post(ACCOUNTS, headers=user("acme"), json=body)).json()
    path = f"/internal/v1/accounts/{made['id']}/credentials"
    read = (await client.get(path, headers=service("token-svc", "credentials:read"))).json()
    assert (read["account"]["kind"], read["application"]["kind"]) == ("advertising", "advertising")
    assert read["application"]["client_secret"] == "amzn1.oa2-cs.v1.planted-ads"
