"""The declared matrix, cell by cell."""

import pytest

ENDPOINTS = {
    ("POST", "/v1/tokens"): "tokens:issue",
    ("POST", "/v1/authorizations"): "authorizations:exchange",
    ("POST", "/v1/handles"): "handles:issue",
    ("GET", "/v1/cache"): "cache:read",
    ("DELETE", "/v1/cache"): "cache:clear",
    ("DELETE", "/v1/cache/acc-1"): "cache:clear",
}
GRANTS = {
    "operator": {"handles:issue", "cache:read", "cache:clear", "tokens:issue"},
    "spapi-gateway": {"tokens:issue"},
    "account-svc": {"authorizations:exchange", "cache:clear"},
    "token-svc": set(),
}
ALL_SCOPES = ("tokens:issue", "authorizations:exchange", "handles:issue", "cache:read", "cache:clear")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("caller", GRANTS)
async def test_a_service_may_do_exactly_what_the_directory_grants(service, caller, method, path):
    response = await service.http.request(method, path, json={}, headers=service.bearer(caller, *ALL_SCOPES))
    is_allowed = ENDPOINTS[method, path] in GRANTS[caller]
    assert (response.status_code == 403) != is_allowed
    assert is_allowed or response.json()["code"] == "forbidden"


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_without_the_scope_in_the_token_a_grant_is_not_enough(service, method, path):
    headers = service.identities.bearer("operator", "some:other")
    assert (await service.http.request(method, path, json={}, headers=headers)).status_code == 403


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("authorization", [None, "Bearer x.y.z", "Basic abc", "Bearer "])
async def test_without_a_valid_token_nobody_comes_in(service, method, path, authorization):
    headers = {} if authorization is None else {"authorization": authorization}
    response = await service.http.request(method, path, json={}, headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")


async def test_a_sellerport_token_opens_nothing_here(service):
    handle = await _handle(service)
    form = {"grant_type": "refresh_token", "client_id": "sdk", "client_secret": "secret", "refresh_token": handle}
    token = (await service.http.post("/auth/o2/token", data=form)).json()["access_token"]
    response = await service.http.post("/v1/tokens", json={"account_id": "acc-1"}, headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 401


async def _handle(service) -> str:
    headers = service.bearer("operator", "handles:issue")
    answer = await service.http.post("/v1/handles", json={"account_id": "acc-1", "client_id": "sdk"}, headers=headers)
    return answer.json()["handle"]
