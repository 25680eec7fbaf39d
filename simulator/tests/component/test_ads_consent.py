import base64
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.config import Config

CALLBACK = "https://sellerport.example/api/v1/amazon/oauth/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ADS = {"client_id": Config.ads_client_id, "client_secret": Config.ads_client_secret}


def _query(**changes: str) -> dict[str, str]:
    usual = {
        "client_id": Config.ads_client_id,
        "scope": "advertising::campaign_management",
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return usual | changes


async def _decided(amazon: Any, seller: str, path: str = "/ap/oa", decision: str = "allow", **changes: str) -> dict[str, str]:
    answer = await amazon.main.post(path, params=_query(**changes), data={"selling_partner_id": seller, "decision": decision})
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def _redeem(amazon: Any, code: str, **changes: str) -> Any:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return await amazon.lwa(**{**fields, **ADS, **changes})


async def test_allow_sends_code_scope_and_state_and_the_verifier_buys_a_grant_once(amazon: Any) -> None:
    seller = await amazon.seller()
    sent = await _decided(amazon, seller, "/eu/ap/oa")
    assert (sent["state"], sent["scope"]) == ("s1", "advertising::campaign_management")
    first = await _redeem(amazon, sent["code"])
    assert first.json()["refresh_token"].startswith("Atzr|")
    assert (await _redeem(amazon, sent["code"])).json()["error"] == "invalid_grant"
    assert [entry["region"] for entry in await amazon.ledger(kind="consent")] == ["EU"]


@pytest.mark.parametrize("verifier", ["w" * 43, "short", ""])
async def test_a_wrong_verifier_gets_nothing_and_uses_up_the_code(amazon: Any, verifier: str) -> None:
    code = (await _decided(amazon, await amazon.seller()))["code"]
    refused = await _redeem(amazon, code, code_verifier=verifier)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await _redeem(amazon, code)).json()["error"] == "invalid_grant"


async def test_a_code_is_good_for_five_minutes(amazon: Any) -> None:
    code = (await _decided(amazon, await amazon.seller()))["code"]
    amazon.world.clock.advance(timedelta(minutes=5, seconds=1).total_seconds())
    assert (await _redeem(amazon, code)).json()["error"] == "invalid_grant"


async def test_deny_sends_access_denied_with_the_state(amazon: Any) -> None:
    sent = await _decided(amazon, await amazon.seller(), decision="deny")
    assert (sent["error"], sent["state"]) == ("access_denied", "s1")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"scope": "advertising::account_management"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "x"}, "invalid_request"),
        ({"more": "x"}, "invalid_request"),
    ],
)
async def test_what_is_asked_wrongly_goes_back_to_the_application(amazon: Any, change: dict[str, str], error: str) -> None:
    assert (await _decided(amazon, await amazon.seller(), **change))["error"] == error


@pytest.mark.parametrize("change", [{"client_id": Config.client_id}, {"redirect_uri": "https://elsewhere.example/"}])
async def test_a_foreign_client_or_redirect_uri_never_leaves_the_page(amazon: Any, change: dict[str, str]) -> None:
    answer = await amazon.main.get("/ap/oa", params=_query(**change))
    assert answer.status_code == 400


async def test_the_tokens_of_the_two_apis_do_not_open_each_other(amazon: Any) -> None:
    seller = await amazon.seller()
    refresh_token = (await _redeem(amazon, (await _decided(amazon, seller))["code"])).json()["refresh_token"]
    ads = (await amazon.lwa(grant_type="refresh_token", refresh_token=refresh_token, **ADS)).json()["access_token"]
    assert (await amazon.get("/sellers/v1/marketplaceParticipations", ads)).status_code == 403
    headers = {"authorization": f"Bearer {await amazon.access_token(seller)}", "amazon-advertising-api-clientid": Config.client_id}
    assert (await amazon.regions["NA"].get("/ads/v2/profiles", headers=headers)).status_code == 401
