"""/api/v1/amazon/oauth/login: connections that begin at Amazon."""

from urllib.parse import parse_qsl, urlsplit

import pytest

PATH = "/api/v1/amazon/oauth/login"
BACK = "https://sellercentral.amazon.com/apps/authorize/confirm/amzn1.sp.solution.test"
SENT = {"amazon_callback_uri": BACK, "amazon_state": "amazon-1", "selling_partner_id": "A1SELLER"}


@pytest.fixture
def arrive(client):
    """Arrive as Amazon sends the seller; `None` leaves a parameter out."""

    async def arrived(accept: str = "text/html", **changes: str | None):
        given = {name: value for name, value in (SENT | changes).items() if value is not None}
        return await client.get(PATH, params=given, headers={"accept": accept})

    return arrived


@pytest.fixture
def proceed(client, user):
    """Go on as a signed-in user."""

    async def proceeded(tenant: str = "acme", **body: str):
        return await client.post(PATH, headers=user(tenant), json=body)

    return proceeded


def query_of(answer) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return dict(parse_qsl(urlsplit(answer.json()["authorization_url"]).query))


async def test_the_seller_signs_in_and_goes_back_to_amazon_with_our_state(arrive, proceed, world):
    answer = await arrive()
    assert (answer.status_code, answer.headers["location"]) == (302, "http://page.test/settings?amazon_login=pending")
    (cookie,) = answer.headers.get_list("set-cookie")
    words = {word.strip().lower() for word in cookie.split(";")}
    assert words >= {"httponly", "samesite=lax", "path=/api/v1/amazon/oauth", "max-age=900"}
    assert world.states.states == {}
    started = await proceed(return_to="/settings")
    assert started.json()["authorization_url"].startswith(BACK + "?")
    assert started.headers["cache-control"] == "no-store"
    query = query_of(started)
    assert set(query) == {"redirect_uri", "amazon_state", "state"}
    assert (query["redirect_uri"], query["amazon_state"]) == ("http://door.test/api/v1/amazon/oauth/callback", "amazon-1")
    (state,) = world.states.states.values()
    assert (state.tenant, state.region.value, state.marketplace, state.selling_partner_id) == ("acme", "NA", "ATVPDKIKX0DER", "A1SELLER")


async def test_the_connection_ends_with_the_seller_whom_amazon_named(arrive, proceed, come_back, world):
    world.exchange.codes["good"] = "Atzr|planted-token"
    await arrive()
    answer = await come_back(query_of(await proceed(return_to="/settings"))["state"])
    assert answer.headers["location"] == "http://page.test/settings?amazon_connected=true"
    (account,) = world.accounts.accounts.values()
    assert account.identity.selling_partner_id == "A1SELLER"


async def test_another_seller_than_amazon_named_is_refused_before_the_code_is_used(arrive, proceed, come_back, world):
    world.exchange.codes["good"] = "Atzr|planted-token"
    await arrive()
    answer = await come_back(query_of(await proceed())["state"], selling_partner_id="A2OTHER")
    assert answer.headers["location"].endswith("amazon_error=selling_partner_mismatch")
    assert world.exchange.asked == []
    assert world.accounts.accounts == {}


@pytest.fixture
async def french(client, user) -> dict:
    """An account of acme for the same seller, in the region that has one site for several marketplaces."""
    body = {"selling_partner_id": "A1SELLER", "region": "EU", "marketplaces": ["FR"], "refresh_token": "Atzr|planted-old"}
    return (await client.post("/api/v1/accounts", headers=user("acme"), json=body)).json()


async def test_a_renewal_renews_the_tenants_account_and_keeps_its_marketplaces(arrive, proceed, come_back, french, world):
    world.exchange.codes["good"] = "Atzr|planted-new"
    await arrive(amazon_callback_uri="https://sellercentral-europe.amazon.com/apps/authorize/confirm/x")
    assert (await come_back(query_of(await proceed())["state"])).headers["location"].endswith("amazon_connected=true")
    (account,) = world.accounts.accounts.values()
    assert (account.id, account.version, account.refresh_token_version) == (french["id"], 2, 2)
    assert account.marketplaces == ("A13V1IB3VIYZZH",)


async def test_a_renewal_by_a_user_of_another_tenant_moves_nothing(arrive, proceed, come_back, connected, world):
    world.exchange.codes["good"] = "Atzr|planted-second"
    await arrive()
    await come_back(query_of(await proceed("rival"))["state"])
    first = world.accounts.accounts[connected["id"]]
    assert (first.identity.tenant, first.version) == ("acme", 1)
    assert {account.identity.tenant for account in world.accounts.accounts.values()} == {"acme", "rival"}


async def test_where_the_site_serves_several_marketplaces_the_page_names_one(arrive, proceed, world):
    await arrive(amazon_callback_uri="https://sellercentral-europe.amazon.com/apps/authorize/confirm/x")
    asked = await proceed()
    assert (asked.status_code, asked.json()["code"]) == (400, "marketplace_required")
    assert "ES, UK, FR, DE, IT" in asked.json()["detail"]
    for odd, code in (("US", "marketplace_site_mismatch"), ("SE", "marketplace_site_mismatch"), ("??", "marketplace_unknown")):
        assert (await proceed(marketplace=odd)).json()["code"] == code
    assert query_of(await proceed(marketplace="DE"))
    assert [state.marketplace for state in world.states.states.values()] == ["A1PA6795UKMFR9"]


async def test_a_draft_application_stays_one_on_the_way_back(arrive, proceed):
    await arrive(version="beta")
    assert query_of(await proceed())["version"] == "beta"


async def test_vendors_renew_at_vendor_central(arrive, proceed, world):
    await arrive(amazon_callback_uri="https://vendorcentral.amazon.co.jp/apps/authorize/confirm/x", selling_partner_id="amzn1.vg.123")
    assert query_of(await proceed())
    (state,) = world.states.states.values()
    assert (state.central.value, state.region.value) == ("vendor", "FE")


@pytest.fixture
def environment(environment, request):
    return {**environment, **getattr(request, "param", {})}


@pytest.mark.parametrize("environment", [{"AMAZON_CONSENT_URL": "http://sim.test:1"}], indirect=True)
async def test_a_stand_in_for_amazon_is_accepted_where_the_operator_named_it(arrive, proceed):
    answer = await arrive(amazon_callback_uri="http://sim.test:1/apps/authorize/confirm/x")
    assert answer.headers["location"].endswith("amazon_login=pending")
    assert (await proceed(marketplace="US")).json()["authorization_url"].startswith("http://sim.test:1/apps/authorize/confirm/x?")
    for odd in ("http://sim.test:12/apps/x", "http://sim.test:1@evil.test/x", "http://sim.test:1.evil.test/x", "https://sim.test:1/x"):
        assert (await arrive(amazon_callback_uri=odd)).headers["location"].endswith("amazon_error=amazon_callback_uri_invalid")


FOREIGN = [
    None,
    "",
    "http://sellercentral.amazon.com/apps",
    "https://evil.test/apps",
    "https://amazon.com/apps",
    "https://sellercentral.amazon.com.evil.test/apps",
    "https://evilsellercentral.amazon.com/apps",
    "https://sellercentral.amazon.com@evil.test/apps",
    "https://user:password@sellercentral.amazon.com/apps",
    "https://sellercentral.amazon.com:8443/apps",
    "https://sellercentral.amazon.com:443/apps",
    "https://sellercentral.amazon.com\\@evil.test/apps",
    "https://evil.test\\sellercentral.amazon.com/apps",
    "https://evil.test#sellercentral.amazon.com/apps",
    "https://evil.test?sellercentral.amazon.com/apps",
    "https://sellercentral.amazon.com/apps?redirect_uri=https://evil.test",
    "https://sellercentral.amazon.com/apps#x",
    "https://sellercentral.amazon.com/%0d%0aset-cookie:a=b",
    "https://sellercentral.amazon.com/a\r\nset-cookie: a=b",
    "https://sellercentral.amazon.com/a\n",
    "https://sellercentral.amazon.com",
    "https://SELLERCENTRAL.AMAZON.COM/apps",
    "https://sellercentral.amazon.com./apps",
    "https://sellercentral\u3002amazon\u3002com/apps",
    "https://sellercentral.am\u0430zon.com/apps",
    "https:sellercentral.amazon.com/apps",
    "https:///sellercentral.amazon.com/apps",
    "//sellercentral.amazon.com/apps",
    "javascript:alert(1)//sellercentral.amazon.com/apps",
    "https://sellercentral.amazon.com/" + "a" * 2000,
    " https://sellercentral.amazon.com/apps",
]
ODD = [
    *(({"amazon_callback_uri": uri}, "amazon_callback_uri_invalid") for uri in FOREIGN),
    ({"amazon_state": None}, "amazon_state_invalid"),
    ({"amazon_state": ""}, "amazon_state_invalid"),
    ({"amazon_state": "a b"}, "amazon_state_invalid"),
    ({"amazon_state": "a\r\nb"}, "amazon_state_invalid"),
    ({"amazon_state": "ü"}, "amazon_state_invalid"),
    ({"amazon_state": "x" * 1025}, "amazon_state_invalid"),
    ({"selling_partner_id": None}, "selling_partner_id_invalid"),
    ({"selling_partner_id": "A1\r\nX"}, "selling_partner_id_invalid"),
    ({"selling_partner_id": "\u04101SELLER"}, "selling_partner_id_invalid"),
    ({"version": "alpha"}, "version_invalid"),
    ({"version": ""}, "version_invalid"),
]


@pytest.mark.parametrize(("change", "slug"), ODD)
async def test_what_amazon_would_not_send_is_refused_and_nothing_is_kept(arrive, client, change, slug):
    answer = await arrive(**change)
    assert (answer.status_code, answer.headers["location"]) == (302, f"http://page.test/?amazon_error={slug}")
    assert "set-cookie" not in answer.headers
    told = await arrive(accept="application/json", **change)
    assert (told.status_code, told.json()["code"]) == (400, slug)


async def test_a_parameter_given_twice_is_refused(client):
    answer = await client.get(
        f"{PATH}?amazon_callback_uri={BACK}&amazon_callback_uri=https://evil.test&amazon_state=a&selling_partner_id=A1"
    )
    assert answer.headers["location"] == "http://page.test/?amazon_error=callback_malformed"


async def test_only_the_browser_that_amazon_sent_goes_on_and_only_for_a_quarter_of_an_hour(arrive, proceed, client, world):
    assert (await proceed()).json()["code"] == "login_missing"
    await arrive()
    kept = dict(client.cookies)
    client.cookies.clear()
    assert (await proceed()).json()["code"] == "login_missing"
    ticket = kept["sellerport_appstore"]
    for odd in ("x", "x.y", ticket[:-1], "A" + ticket, ticket.replace(".", ".0"), f".{ticket}"):
        client.cookies.set("sellerport_appstore", odd)
        assert (await proceed()).json()["code"] == "login_invalid"
        client.cookies.clear()
    client.cookies.update(kept)
    world.clock.advance(15 * 60)
    assert (await proceed()).json()["code"] == "login_expired"
    assert world.states.states == {}


async def test_a_login_is_used_up_by_going_on(arrive, proceed):
    await arrive()
    assert (await proceed()).status_code == 200
    assert (await proceed()).json()["code"] == "login_missing"


@pytest.mark.parametrize(
    "body", [{"return_to": "//evil.test"}, {"return_to": "/\\evil.test"}, {"return_to": "/a?b"}, {"return_to": "/%0d\r\n"}]
)
async def test_the_way_back_is_a_path_of_the_page(arrive, proceed, body):
    await arrive()
    assert (await proceed(**body)).json()["code"] == "return_to_invalid"


async def test_only_signed_in_users_go_on(arrive, client, service):
    await arrive()
    assert (await client.post(PATH, json={})).status_code == 401
    assert (await client.post(PATH, json={}, headers=service("operator", "accounts:admin", "acme"))).status_code == 403
