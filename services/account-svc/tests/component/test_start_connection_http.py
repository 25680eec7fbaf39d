"""POST /api/v1/amazon/oauth/start."""

from urllib.parse import parse_qsl, urlsplit

import pytest

PATH = "/api/v1/amazon/oauth/start"


async def start(client, header, **body):
    return await client.post(PATH, headers=header, json={"kind": "selling_partner", "marketplace": "US", **body})


async def test_the_answer_sends_the_browser_to_the_marketplaces_consent_page(client, user, world):
    answer = await start(client, user("acme"), marketplace="DE", return_to="/settings")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    url = urlsplit(answer.json()["authorization_url"])
    query = parse_qsl(url.query)
    assert (url.scheme, url.netloc, url.path) == ("https", "sellercentral-europe.amazon.com", "/apps/authorize/consent")
    assert [name for name, _ in query] == ["application_id", "state", "redirect_uri"]
    assert dict(query)["redirect_uri"] == "http://door.test/api/v1/amazon/oauth/callback"
    assert "redirect_uri=http%3A%2F%2Fdoor.test%2Fapi" in url.query
    (state,) = world.states.states.values()
    assert (state.tenant, state.user, state.region.value, state.marketplace) == ("acme", "somebody", "EU", "A1PA6795UKMFR9")
    assert dict(query)["state"] not in str(state)
    assert answer.json()["expires_at"] == "2026-01-01T00:15:00Z"


async def test_a_vendor_is_sent_to_vendor_central(client, user):
    answer = await start(client, user("acme"), kind="vendor", marketplace="gb")
    assert urlsplit(answer.json()["authorization_url"]).netloc == "vendorcentral.amazon.co.uk"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(client, user):
    (cookie,) = (await start(client, user("acme"))).headers.get_list("set-cookie")
    words = {word.strip().lower() for word in cookie.split(";")}
    assert words >= {"httponly", "samesite=lax", "path=/api/v1/amazon/oauth", "max-age=900"}
    assert "secure" not in words


@pytest.fixture
def environment(environment, request):
    return {**environment, **getattr(request, "param", {})}


@pytest.mark.parametrize("environment", [{"PUBLIC_URL": "https://door.test"}], indirect=True)
async def test_behind_tls_the_cookie_is_secure(client, user):
    (cookie,) = (await start(client, user("acme"))).headers.get_list("set-cookie")
    assert "secure" in cookie.lower()


@pytest.mark.parametrize("environment", [{"AMAZON_SPAPI_DRAFT": "true", "AMAZON_CONSENT_URL": "http://sim.test:1"}], indirect=True)
async def test_a_draft_application_asks_for_the_beta_page_and_the_host_can_be_set(client, user):
    url = (await start(client, user("acme"))).json()["authorization_url"]
    assert url.startswith("http://sim.test:1/apps/authorize/consent?")
    assert url.endswith("&version=beta")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"marketplace": "XX"}, "marketplace_unknown"),
        ({"marketplace": "US\r\nSet-Cookie: a=b"}, "marketplace_unknown"),
        ({"kind": "vendor", "marketplace": "ZA"}, "marketplace_unsupported"),
        ({"kind": "shop"}, "invalid_request"),
        ({"state": "mine"}, "invalid_request"),
        ({"application": "../x"}, "application_invalid"),
        ({"return_to": "//evil.test"}, "return_to_invalid"),
        ({"return_to": "https://evil.test"}, "return_to_invalid"),
        ({"return_to": "/\\evil.test"}, "return_to_invalid"),
        ({"return_to": "/a\r\nb"}, "return_to_invalid"),
        ({"return_to": "/a?b=c"}, "return_to_invalid"),
        ({"return_to": ""}, "return_to_invalid"),
        ({"marketplace": 7}, "invalid_request"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_its_reason(client, user, world, body, code):
    answer = await start(client, user("acme"), **body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert world.states.states == {}


async def test_an_unknown_application_is_not_found(client, user):
    answer = await start(client, user("acme"), application="other")
    assert (answer.status_code, answer.json()["code"]) == (404, "application_not_found")


async def test_without_settings_the_operator_is_told_what_to_set(client, user, world):
    world.applications.applications.clear()
    answer = await start(client, user("acme"))
    assert (answer.status_code, answer.json()["code"]) == (409, "application_not_configured")


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"\xff"])
async def test_malformed_json_is_a_problem_document(client, user, body):
    answer = await client.post(PATH, headers=user("acme") | {"content-type": "application/json"}, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_an_oversized_body_is_refused(client, user):
    answer = await start(client, user("acme"), marketplace="x" * (2 << 20))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_only_signed_in_users_may_connect(client, user, service):
    assert (await client.post(PATH, json={})).status_code == 401
    assert (await start(client, service("operator", "accounts:admin", "acme"))).status_code == 403
    assert (await start(client, {"authorization": "Bearer nonsense"})).status_code == 401
    assert (await start(client, user("acme", exp=1))).status_code == 401
