"""What somebody who wants another's account, or another's browser, may try at the callback."""

from urllib.parse import urlsplit

import pytest

SPLIT = "\r\nset-cookie: planted=1\r\nlocation: https://evil.test/"
SECOND = {"marketplace": "DE"}


@pytest.fixture(autouse=True)
def good_code(world):
    world.exchange.codes["good"] = "Atzr|planted-token"


def slug_of(answer) -> str:
    """The slug of a refusal, which goes to the page and nowhere else."""
    assert answer.status_code == 302
    where = urlsplit(answer.headers["location"])
    assert (where.scheme, where.netloc) == ("http", "page.test")
    assert "planted" not in str(answer.headers)
    name, _, slug = where.query.partition("=")
    return slug if name == "amazon_error" else "connected"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ({"state": None}, "state_missing"),
        ({"state": ""}, "state_missing"),
        ({"state": "x" * 2049}, "state_missing"),
        ({"state": "x" * 2048}, "state_invalid"),
        ({"state": "\u202e\u0000"}, "state_invalid"),
        ({"state": "../../x"}, "state_invalid"),
        ({"spapi_oauth_code": "x" * 2049}, "code_missing"),
        ({"spapi_oauth_code": "bad" + SPLIT}, "authorization_code_rejected"),
        ({"spapi_oauth_code": "\u0430"}, "authorization_code_rejected"),
        ({"selling_partner_id": "A" * 65}, "selling_partner_id_invalid"),
        ({"selling_partner_id": "A1SELLER" + SPLIT}, "selling_partner_id_invalid"),
        ({"selling_partner_id": "A1SELLER\u200b"}, "selling_partner_id_invalid"),
        ({"selling_partner_id": "\u0410" + "1SELLER"}, "selling_partner_id_invalid"),
        ({"selling_partner_id": "A1SELLER%00"}, "selling_partner_id_invalid"),
        ({"error": "x" * 5000}, "consent_failed"),
        ({"error": "access_denied" + SPLIT}, "consent_failed"),
    ],
)
async def test_a_parameter_that_amazon_would_not_send_is_refused(begin, come_back, world, query, slug):
    state = await begin()
    assert slug_of(await come_back(query.get("state", state), **{name: value for name, value in query.items() if name != "state"})) == slug
    assert world.accounts.accounts == {}


@pytest.mark.parametrize("name", ["state", "spapi_oauth_code", "selling_partner_id", "error", "error_description", "extra"])
async def test_no_parameter_writes_a_header(begin, client, name):
    given = {"state": await begin(), "spapi_oauth_code": "bad", "selling_partner_id": "A1SELLER"}
    answer = await client.get("/api/v1/amazon/oauth/callback", params=given | {name: given.get(name, "") + SPLIT})
    slug_of(answer)
    assert len(answer.headers.get_list("location")) == 1


@pytest.mark.parametrize("name", ["state", "spapi_oauth_code", "selling_partner_id", "error"])
async def test_a_parameter_given_twice_is_refused(begin, client, world, name):
    given = {"state": await begin(), "spapi_oauth_code": "good", "selling_partner_id": "A1SELLER", "error": ""}
    query = [*given.items(), (name, "other")]
    assert slug_of(await client.get("/api/v1/amazon/oauth/callback", params=query)) == "callback_malformed"
    assert len(world.states.states) == 1


@pytest.mark.parametrize(
    "extra", [{"region": "EU"}, {"kind": "vendor"}, {"marketplace": "DE"}, {"tenant": "rival"}, {"return_to": "//evil.test"}]
)
async def test_what_was_begun_is_not_changed_on_the_way(begin, come_back, world, extra):
    assert slug_of(await come_back(await begin(return_to="/settings"), **extra)) == "connected"
    (account,) = world.accounts.accounts.values()
    assert (account.identity.tenant, account.identity.region.value, account.marketplaces) == ("acme", "NA", ("ATVPDKIKX0DER",))


async def test_a_state_of_one_region_does_not_finish_anothers(begin, come_back, client, world):
    american = await begin()
    american_cookies = dict(client.cookies)
    european = await begin(**SECOND)
    client.cookies.clear()
    client.cookies.update(american_cookies)
    assert slug_of(await come_back(european)) == "state_mismatch"
    assert slug_of(await come_back(american)) == "connected"
    assert [account.identity.region.value for account in world.accounts.accounts.values()] == ["NA"]


async def test_a_state_of_another_user_stays_with_the_browser_and_tenant_that_began(begin, come_back, client, world):
    mine = await begin("acme")
    theirs = await begin("rival")
    world.exchange.codes["other"] = "Atzr|planted-other"
    assert slug_of(await come_back(mine)) == "connected"
    assert slug_of(await come_back(theirs, spapi_oauth_code="other")) == "connected"
    accounts = {account.identity.tenant: account for account in world.accounts.accounts.values()}
    assert set(accounts) == {"acme", "rival"}
    assert accounts["acme"].id != accounts["rival"].id
    assert accounts["acme"].version == 1


async def test_connecting_anothers_seller_again_leaves_the_first_tenant_its_account(begin, come_back, connected, world):
    world.exchange.codes["second"] = "Atzr|planted-second"
    await come_back(await begin("rival"), spapi_oauth_code="second")
    first = world.accounts.accounts[connected["id"]]
    assert (first.identity.tenant, first.version, first.status.value) == ("acme", 1, "active")


async def test_a_state_that_was_used_is_gone_for_everybody(begin, come_back, client):
    state = await begin()
    cookies = dict(client.cookies)
    assert slug_of(await come_back(state)) == "connected"
    for jar in (cookies, {}):
        client.cookies.clear()
        client.cookies.update(jar)
        assert slug_of(await come_back(state)) == "state_invalid"


@pytest.mark.parametrize(
    "return_to",
    [
        "//evil.test",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "https://evil.test",
        "https:evil.test",
        "javascript:alert(1)",
        "/a" + SPLIT,
        "/a\nb",
        "/a\tb",
        "/\u2215evil.test",
        "/a?next=//evil.test",
        "/a#//evil.test",
        "/" + "a" * 600,
        "evil.test",
        "@evil.test",
        ".evil.test",
        "",
    ],
)
async def test_the_way_back_leads_to_no_other_site(client, user, world, return_to):
    body = {"kind": "selling_partner", "marketplace": "US", "return_to": return_to}
    answer = await client.post("/api/v1/amazon/oauth/start", headers=user("acme"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "return_to_invalid")
    assert world.states.states == {}


@pytest.mark.parametrize("return_to", ["/%2f%2fevil.test", "/%5cevil.test", "/%0d%0aset-cookie:a=b", "/..//evil.test"])
async def test_what_is_encoded_stays_a_path_of_the_page(begin, come_back, return_to):
    answer = await come_back(await begin(return_to=return_to))
    assert slug_of(answer) == "connected"
    assert answer.headers["location"] == f"http://page.test{return_to}?amazon_connected=true"
