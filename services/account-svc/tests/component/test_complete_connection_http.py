"""GET /api/v1/amazon/oauth/callback."""

import pytest

from account_svc.domain.account import AccountStatus
from svc_kit.errors import Timeout, Unavailable


def outcome(answer) -> str:
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    return answer.headers["location"]


@pytest.fixture(autouse=True)
def good_code(world):
    world.exchange.codes["good"] = "Atzr|planted-token"


async def test_the_seller_comes_back_to_the_page_connected(begin, come_back, world):
    assert outcome(await come_back(await begin(return_to="/settings"))) == "http://page.test/settings?amazon_connected=true"
    (account,) = world.accounts.accounts.values()
    assert (account.status, account.identity.tenant, account.identity.selling_partner_id) == (AccountStatus.ACTIVE, "acme", "A1SELLER")
    assert [type(event).__name__ for event in world.accounts.events] == ["AccountConnected"]


async def test_a_caller_that_wants_json_gets_the_account(begin, come_back):
    answer = await come_back(await begin(), accept="application/json")
    assert answer.status_code == 200
    assert answer.json()["connected"] is True
    assert answer.json()["account"]["has_refresh_token"] is True
    assert "planted" not in answer.text


async def test_a_replayed_state_is_refused_even_with_its_cookie(begin, come_back, client, world):
    state = await begin()
    cookies = dict(client.cookies)
    await come_back(state)
    client.cookies.update(cookies)
    answer = await come_back(state, accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "state_invalid")
    assert len(world.accounts.events) == 1


async def test_another_browser_is_refused_and_the_right_one_can_still_finish(begin, come_back, client, world):
    state = await begin()
    cookies = dict(client.cookies)
    client.cookies.clear()
    assert outcome(await come_back(state)) == "http://page.test/?amazon_error=state_mismatch"
    client.cookies.update(dict.fromkeys(cookies, "f" * 64))
    assert outcome(await come_back(state)) == "http://page.test/?amazon_error=state_mismatch"
    assert world.accounts.accounts == {}
    client.cookies.clear()
    client.cookies.update(cookies)
    assert outcome(await come_back(state)).endswith("amazon_connected=true")


async def test_anothers_cookie_for_anothers_state_does_not_open_this_one(begin, come_back, client):
    victim = await begin("victim")
    client.cookies.clear()
    await begin("attacker")
    assert outcome(await come_back(victim)).endswith("amazon_error=state_mismatch")


async def test_two_tabs_that_connect_at_once_both_work(begin, come_back, world):
    first, second = await begin(), await begin(marketplace="DE")
    world.exchange.codes["other"] = "Atzr|other-token"
    assert outcome(await come_back(first)).endswith("amazon_connected=true")
    assert outcome(await come_back(second, spapi_oauth_code="other")).endswith("amazon_connected=true")
    assert {account.identity.region.value for account in world.accounts.accounts.values()} == {"NA", "EU"}


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ({"error": "access_denied", "error_description": "no"}, "access_denied"),
        ({"error": "server_error\r\nSet-Cookie: a=b"}, "consent_failed"),
        ({"spapi_oauth_code": None}, "code_missing"),
        ({"spapi_oauth_code": ""}, "code_missing"),
        ({"spapi_oauth_code": "x" * 5000}, "code_missing"),
        ({"selling_partner_id": None}, "selling_partner_id_invalid"),
        ({"selling_partner_id": "<script>"}, "selling_partner_id_invalid"),
        ({"selling_partner_id": "A1\r\nX"}, "selling_partner_id_invalid"),
        ({"spapi_oauth_code": "old"}, "authorization_code_rejected"),
    ],
)
async def test_every_failure_leads_back_to_the_page_with_a_stable_slug(begin, come_back, world, query, slug):
    assert outcome(await come_back(await begin(return_to="/settings"), **query)) == f"http://page.test/settings?amazon_error={slug}"
    assert world.accounts.accounts == {}
    assert world.states.states == {}


BAD_STATES = [(None, "state_missing"), ("", "state_missing"), ("x" * 3000, "state_missing"), ("no", "state_invalid")]


@pytest.mark.parametrize(("state", "slug"), BAD_STATES)
async def test_a_state_that_is_none_is_refused(come_back, state, slug):
    assert outcome(await come_back(state)) == f"http://page.test/?amazon_error={slug}"
    answer = await come_back(state, accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, slug)


async def test_a_state_expires_after_fifteen_minutes(begin, come_back, world):
    state = await begin()
    world.clock.advance(15 * 60)
    assert outcome(await come_back(state)).endswith("amazon_error=state_expired")


async def test_parameters_given_twice_are_refused_before_the_state_is_used(begin, client, world):
    state = await begin()
    answer = await client.get(f"/api/v1/amazon/oauth/callback?state={state}&state={state}&spapi_oauth_code=good&selling_partner_id=A1")
    assert outcome(answer).endswith("amazon_error=callback_malformed")
    assert len(world.states.states) == 1


@pytest.mark.parametrize("fault", [Unavailable("token-svc is away"), Timeout("too slow")])
async def test_when_amazon_does_not_answer_the_seller_is_told_to_come_back(begin, come_back, world, fault):
    world.exchange.fault = fault
    assert outcome(await come_back(await begin())).endswith("amazon_error=temporarily_unavailable")
    answer = await come_back(await begin(), accept="application/json")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_when_amazon_refuses_the_application_it_is_not_the_sellers_fault(begin, come_back, world):
    world.exchange.is_refusing_application = True
    assert outcome(await come_back(await begin())).endswith("amazon_error=application_credentials_rejected")


async def test_when_the_database_is_away_the_state_is_not_lost(begin, come_back, world):
    state = await begin()
    world.states.is_down = True
    assert outcome(await come_back(state)).endswith("amazon_error=temporarily_unavailable")
    world.states.is_down = False
    assert outcome(await come_back(state)).endswith("amazon_connected=true")


async def test_a_refresh_token_of_amazon_that_is_none_is_not_stored(begin, come_back, world):
    world.exchange.codes["good"] = "two words"
    assert outcome(await come_back(await begin())).endswith("amazon_error=authorization_code_rejected")
    assert world.accounts.accounts == {}
