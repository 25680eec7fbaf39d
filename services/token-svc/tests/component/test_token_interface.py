"""POST /v1/tokens and its twin over NATS: mapping, refusals, headers."""

import json

import pytest

from svc_kit.errors import Unavailable
from svc_kit.messaging import RpcError


async def test_an_access_token_with_its_account(service):
    response = await service.issue({"kind": "access", "account_id": "acc-1"})
    assert response.status_code == 200
    body = response.json()
    assert body["kind"] == "access"
    assert body["token"].startswith("Atza|")
    assert body["expires_at"]
    assert body["account"] == {
        "id": "acc-1",
        "tenant": "demo",
        "kind": "selling_partner",
        "region": "NA",
        "selling_partner_id": "A1SELLER",
        "marketplaces": ["ATVPDKIKX0DER"],
        "signing": "none",
        "application": "default",
        "status": "active",
        "version": 1,
        "client_id": "amzn1.client",
    }
    assert response.headers["cache-control"] == "no-store"


async def test_every_kind_has_its_shape(service, make_account):
    role = "arn:aws:iam::123456789012:role/r"
    service.world.connect("acc-2", account=make_account("acc-2", signing="sigv4"), role_arn=role)
    service.world.sts.roles[role] = None
    resources = [{"method": "GET", "path": "/orders/v0/orders", "dataElements": ["buyerInfo"]}]
    restricted = (await service.issue({"kind": "restricted", "account_id": "acc-1", "restricted_resources": resources})).json()
    assert restricted["token"].startswith("Atz.sprdt|")
    grantless = (await service.issue({"kind": "grantless", "scope": "sellingpartnerapi::notifications"})).json()
    assert grantless["token"].startswith("Atza|")
    assert grantless["account"] is None
    session = (await service.issue({"kind": "aws_session", "account_id": "acc-2"})).json()
    assert {"access_key_id", "secret_access_key", "session_token", "expires_at", "account"} <= set(session)
    assert "token" not in session


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "nonsense"},
        {"kind": "access"},
        {"kind": "grantless"},
        {"kind": "restricted", "account_id": "acc-1"},
        {"kind": "restricted", "account_id": "acc-1", "restricted_resources": [{"method": "TRACE", "path": "/x"}]},
        {"account_id": "acc-1", "unknown_field": 1},
        {"account_id": 7},
    ],
)
async def test_a_bad_request_is_told_what_is_wrong_with_it(service, body):
    response = await service.issue(body)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["code"], problem["type"]) == ("invalid_request", "urn:sellerport:problem:invalid_request")
    assert problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]


async def test_malformed_json_and_odd_deadlines_are_bad_requests(service):
    response = await service.http.post("/v1/tokens", content=b"{", headers={**service.bearer(), "content-type": "application/json"})
    assert response.status_code == 400
    for deadline in ("soon", "-1", "9" * 5000, "²".encode("latin-1")):
        assert (await service.issue({"account_id": "acc-1"}, **{"x-deadline-ms": deadline})).json()["code"] == "invalid_request"


@pytest.mark.parametrize(
    ("status", "slug", "prepare"),
    [
        (404, "account_not_found", lambda world: world.source.accounts.clear()),
        (403, "amazon_not_connected", lambda world: world.source.set_status("acc-1", "disconnected")),
        (403, "reauthorization_required", lambda world: world.lwa.refresh_tokens.clear()),
        (503, "application_credentials_rejected", lambda world: world.lwa.clients.clear()),
        (503, "account_service_unavailable", lambda world: setattr(world.source, "is_down", True)),
    ],
)
async def test_refusals_have_their_status_over_http_and_nats(service, status, slug, prepare):
    prepare(service.world)
    response = await service.issue({"account_id": "acc-1"})
    assert (response.status_code, response.json()["code"]) == (status, slug)
    assert ("retry-after" in response.headers) == (status == 503)
    with pytest.raises(RpcError) as caught:
        await service.rpc(b'{"account_id": "acc-1"}', service.bearer())
    assert (caught.value.problem.status, caught.value.problem.code) == (status, slug)
    assert (caught.value.retry_after is not None) == (status == 503)


async def test_an_lwa_outage_is_503_with_retry_after(service):
    service.world.lwa.faults = [Unavailable("down", retry_after=None)] * 50
    response = await service.issue({"account_id": "acc-1"}, **{"x-deadline-ms": "20000"})
    assert (response.status_code, response.json()["code"]) == (503, "lwa_unavailable")
    assert int(response.headers["retry-after"]) >= 1


async def test_the_rpc_answers_what_http_answers(service):
    answer = json.loads(await service.rpc(b'{"account_id": "acc-1"}', service.bearer()))
    assert answer["token"] == (await service.issue({"account_id": "acc-1"})).json()["token"]


@pytest.mark.parametrize(
    ("content", "headers", "status", "slug"),
    [
        (b'{"account_id": "acc-1"}', {}, 401, "unauthenticated"),
        (b'{"account_id": "acc-1"}', {"authorization": "Bearer nonsense"}, 401, "unauthenticated"),
        (b"{", None, 400, "invalid_request"),
        (b'{"kind": "access"}', None, 400, "invalid_request"),
    ],
)
async def test_the_rpc_refuses_as_http_does(service, content, headers, status, slug):
    with pytest.raises(RpcError) as caught:
        await service.rpc(content, service.bearer() if headers is None else headers)
    assert (caught.value.problem.status, caught.value.problem.code) == (status, slug)


async def test_a_caller_for_another_tenant_sees_nothing(service):
    headers = service.bearer("operator", "tokens:issue", tenant="foreign")
    response = await service.http.post("/v1/tokens", json={"account_id": "acc-1"}, headers=headers)
    assert (response.status_code, response.json()["code"]) == (404, "account_not_found")


async def test_the_code_exchange_answers_account_svc(service):
    service.world.lwa.codes["code-1"] = ("amzn1.client", "https://here/cb")
    body = {"application": "default", "code": "code-1", "redirect_uri": "https://here/cb", "region": "EU"}
    headers = service.bearer("account-svc", "authorizations:exchange")
    answer = await service.http.post("/v1/authorizations", json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["refresh_token"].startswith("Atzr|")
    assert answer.json()["expires_in"] == 3600
    again = await service.http.post("/v1/authorizations", json=body, headers=headers)
    assert (again.status_code, again.json()["code"]) == (400, "authorization_code_rejected")


async def test_the_cache_can_be_read_and_cleared(service):
    await service.issue({"account_id": "acc-1"})
    stats = await service.http.get("/v1/cache", headers=service.bearer("operator", "cache:read"))
    assert stats.json()["sizes"] == {"access": 1}
    assert "Atza" not in stats.text
    for path in ("/v1/cache/acc-1", "/v1/cache"):
        assert (await service.http.delete(path, headers=service.bearer("operator", "cache:clear"))).status_code == 204
    assert (await service.http.get("/v1/cache", headers=service.bearer("operator", "cache:read"))).json()["sizes"] == {}


async def test_health_and_metrics_are_public(service):
    assert (await service.http.get("/health/live")).status_code == 200
    assert (await service.http.get("/health/ready")).json()["status"] == "ok"
    await service.issue({"account_id": "acc-1"})
    figures = (await service.http.get("/metrics")).text
    assert "http_requests_total" in figures
    assert 'token_cache_refreshes_total{kind="access"} 1.0' in figures
