from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

CALLBACK = "https://sellerport.example/api/v1/amazon/oauth/callback"
APPLICATION = "amzn1.sp.solution.sellerport"
CONSENT = "/apps/authorize/consent"


def _query(**changes: str) -> dict[str, str]:
    return {"application_id": APPLICATION, "state": "s1", "redirect_uri": CALLBACK, **changes}


async def _code(amazon: Any, seller: str) -> str:
    answer = await amazon.main.post(CONSENT, params=_query(), data={"selling_partner_id": seller, "decision": "allow"})
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["spapi_oauth_code"][0]


async def _redeem(amazon: Any, code: str, redirect_uri: str = CALLBACK) -> Any:
    return await amazon.lwa(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)


async def test_the_page_names_the_application_and_offers_the_sellers(amazon: Any) -> None:
    seller = await amazon.seller(name="Juniper <Goods>")
    answer = await amazon.main.get(CONSENT, params=_query())
    assert answer.status_code == 200
    assert "Authorise Sellerport" in answer.text
    assert f'<option value="{seller}">Juniper &lt;Goods&gt; (US)</option>' in answer.text
    assert '<label for="seller">' in answer.text


async def test_allow_sends_a_code_that_buys_a_grant_once(amazon: Any) -> None:
    seller = await amazon.seller()
    answer = await amazon.main.post(CONSENT, params=_query(), data={"selling_partner_id": seller, "decision": "allow"})
    sent = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith(CALLBACK + "?")
    assert (sent["state"], sent["selling_partner_id"]) == (["s1"], [seller])
    first = await _redeem(amazon, sent["spapi_oauth_code"][0])
    assert first.json()["refresh_token"].startswith("Atzr|")
    second = await _redeem(amazon, sent["spapi_oauth_code"][0])
    assert second.json()["error_description"] == "The request has an invalid grant parameter : code"


async def test_deny_sends_access_denied(amazon: Any) -> None:
    answer = await amazon.main.post(CONSENT, params=_query(), data={"decision": "deny"})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["access_denied"]


async def test_a_code_is_dead_after_five_minutes_and_for_another_redirect_uri(amazon: Any) -> None:
    seller = await amazon.seller()
    code = await _code(amazon, seller)
    assert (await _redeem(amazon, code, CALLBACK + "x")).json()["error"] == "invalid_grant"
    amazon.world.clock.advance(timedelta(minutes=5).total_seconds())
    assert (await _redeem(amazon, code)).json()["error"] == "invalid_grant"


async def test_a_draft_application_needs_the_beta_version(amazon: Any) -> None:
    await amazon.control("POST", "applications/amzn1.application-oa2-client.sellerport", draft=True)
    assert "MD1000" in (await amazon.main.get(CONSENT, params=_query())).text
    assert (await amazon.main.get(CONSENT, params=_query(version="beta"))).status_code == 200


async def test_an_unregistered_redirect_uri_is_md5101_and_never_followed(amazon: Any) -> None:
    answer = await amazon.main.post(CONSENT, params=_query(redirect_uri="https://evil.example/"), data={"decision": "deny"})
    assert answer.status_code == 400
    assert "MD5101" in answer.text
    assert "location" not in answer.headers
