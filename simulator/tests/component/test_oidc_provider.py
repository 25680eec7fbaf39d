import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

REDIRECT = "https://sellerport.example/auth/callback"
ORIGIN = "https://sellerport.example"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
USER = {"username": "seller@demo.example", "password": "demo", "tenant_id": "demo"}


def _query(**changes: str) -> dict[str, str]:
    query = {
        "client_id": "sellerport-dashboard",
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid profile email offline_access",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (query | changes).items() if value}


async def _code(amazon: Any) -> str:
    await amazon.control("POST", "users", **USER)
    answer = await amazon.main.post("/oidc/authorize", params=_query(), data={"username": USER["username"], "password": "demo"})
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def _redeem(amazon: Any, code: str, **changes: str) -> Any:
    form = {"grant_type": "authorization_code", "client_id": "sellerport-dashboard", "code": code, "redirect_uri": REDIRECT}
    return await amazon.main.post("/oidc/token", data={**form, "code_verifier": VERIFIER, **changes}, headers={"origin": ORIGIN})


async def test_signing_in_ends_with_tokens_of_the_right_claims(amazon: Any) -> None:
    answer = await _redeem(amazon, await _code(amazon))
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    discovery = (await amazon.main.get("/oidc/.well-known/openid-configuration")).json()
    keys = (await amazon.main.get("/oidc/jwks")).json()["keys"]
    key = jwt.PyJWK(keys[0])
    access = jwt.decode(answer.json()["access_token"], key, audience="sellerport", issuer=discovery["issuer"], algorithms=["RS256"])
    assert (access["email"], access["tenant_id"], access["name"]) == ("seller@demo.example", "demo", "Seller")
    identity = jwt.decode(answer.json()["id_token"], key, audience="sellerport-dashboard", algorithms=["RS256"])
    assert (identity["nonce"], identity["sub"]) == ("n1", access["sub"])
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await amazon.main.get("/oidc/userinfo", headers=bearer)).json()["tenant_id"] == "demo"


async def test_a_code_is_good_once_and_for_its_verifier_only(amazon: Any) -> None:
    code = await _code(amazon)
    assert (await _redeem(amazon, code)).status_code == 200
    assert (await _redeem(amazon, code)).json()["error"] == "invalid_grant"
    assert (await _redeem(amazon, await _code(amazon), code_verifier="wrong")).json()["error"] == "invalid_grant"


async def test_refresh_tokens_rotate(amazon: Any) -> None:
    first = (await _redeem(amazon, await _code(amazon))).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": "sellerport-dashboard", "refresh_token": first}
    assert (await amazon.main.post("/oidc/token", data=form)).json()["refresh_token"] != first
    assert (await amazon.main.post("/oidc/token", data=form)).status_code == 400


async def test_a_wrong_password_shows_the_page_again_and_says_so_accessibly(amazon: Any) -> None:
    await amazon.control("POST", "users", **USER)
    answer = await amazon.main.post("/oidc/authorize", params=_query(), data={"username": "seller@demo.example", "password": "no"})
    assert answer.status_code == 401
    for part in ('role="alert"', '<label for="username">', 'autocomplete="current-password"', 'value="seller@demo.example"'):
        assert part in answer.text


@pytest.mark.parametrize("change", [{"client_id": "other"}, {"redirect_uri": "https://evil.example/"}])
async def test_an_unknown_client_or_redirect_uri_is_never_followed(amazon: Any, change: dict[str, str]) -> None:
    assert (await amazon.main.get("/oidc/authorize", params=_query(**change))).status_code == 400


@pytest.mark.parametrize("change", [{"code_challenge": ""}, {"code_challenge_method": "plain"}, {"state": ""}, {"response_type": "token"}])
async def test_pkce_and_state_are_not_optional(amazon: Any, change: dict[str, str]) -> None:
    answer = await amazon.main.get("/oidc/authorize", params=_query(**change))
    assert answer.status_code == 302
    assert "error=" in answer.headers["location"]


async def test_tests_get_tokens_without_the_page(amazon: Any) -> None:
    token = (await amazon.control("POST", "users/token", username="someone", tenant_id="t2"))["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["tenant_id"] == "t2"
    expired = (await amazon.control("POST", "users/token", username="someone", tenant_id="t2", expires_in=-60))["access_token"]
    claims = jwt.decode(expired, options={"verify_signature": False})
    assert claims["iat"] < claims["exp"]


async def test_other_origins_get_no_cors_headers(amazon: Any) -> None:
    answer = await amazon.main.options("/oidc/token", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
