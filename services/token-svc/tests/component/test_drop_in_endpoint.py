"""POST /auth/o2/token behaves as Login with Amazon does, for SDKs that know no other."""

import jwt
import pytest

from svc_kit.identity import ServiceDirectory


@pytest.fixture
async def handle(service) -> str:
    headers = service.bearer("operator", "handles:issue")
    answer = await service.http.post("/v1/handles", json={"account_id": "acc-1", "client_id": "sdk"}, headers=headers)
    assert answer.status_code == 200
    return answer.json()["handle"]


@pytest.fixture
def form(handle) -> dict[str, str]:
    return {"grant_type": "refresh_token", "client_id": "sdk", "client_secret": "secret", "refresh_token": handle}


@pytest.mark.parametrize("how", ["data", "json"])
async def test_a_handle_becomes_a_sellerport_token(service, form, how):
    response = await service.http.post("/auth/o2/token", **{how: form})
    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"], body["refresh_token"]) == ("bearer", 3600, form["refresh_token"])
    assert response.headers["cache-control"] == "no-store"
    key = ServiceDirectory.parse(service.identities.directory()).keys["token-svc"]["token-svc-1"]
    claims = jwt.decode(body["access_token"], key, algorithms=["EdDSA"], audience="spapi-gateway", issuer="token-svc")
    assert jwt.get_unverified_header(body["access_token"])["kid"] == "token-svc-1"
    assert (claims["sub"], claims["account_id"], claims["tenant"], claims["use"]) == ("demo-service", "acc-1", "demo", "spapi")
    assert claims["exp"] - claims["iat"] == 3600
    assert not service.world.lwa.calls


async def test_client_credentials_give_a_token_for_a_scope(service):
    form = {"grant_type": "client_credentials", "client_id": "sdk", "client_secret": "secret", "scope": "sellingpartnerapi::notifications"}
    body = (await service.http.post("/auth/o2/token", data=form)).json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["scope"] == "sellingpartnerapi::notifications"
    assert "account_id" not in claims
    assert "refresh_token" not in body


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "other"}, 400, "invalid_grant"),
        ({"refresh_token": "sph1.forged.handle"}, 400, "invalid_grant"),
        ({"refresh_token": "Atzr|amazons-own"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"refresh_token": ""}, 400, "invalid_request"),
    ],
)
async def test_errors_have_lwas_shape(service, form, change, status, error):
    response = await service.http.post("/auth/o2/token", data={**form, **change})
    assert response.status_code == status
    assert response.json()["error"] == error
    assert response.json().keys() == {"error", "error_description"}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"grant_type=refresh_token&grant_type=x", "application/x-www-form-urlencoded"),
        (b"nonsense", "application/x-www-form-urlencoded"),
        (b"\xff=\xfe", "application/x-www-form-urlencoded"),
        (b"[]", "application/json"),
        (b'{"grant_type": 7}', "application/json"),
        (b"{", "application/json; charset=utf-8"),
    ],
)
async def test_a_body_that_is_none_is_an_invalid_request(service, content, media_type):
    response = await service.http.post("/auth/o2/token", content=content, headers={"content-type": media_type})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_an_unusable_account_is_an_invalid_grant(service, form):
    service.world.source.set_status("acc-1", "disconnected")
    await service.http.delete("/v1/cache/acc-1", headers=service.bearer("operator", "cache:clear"))
    response = await service.http.post("/auth/o2/token", data=form)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


async def test_without_account_svc_the_client_is_asked_to_come_again(service, form):
    await service.http.delete("/v1/cache", headers=service.bearer("operator", "cache:clear"))
    service.world.source.is_down = True
    response = await service.http.post("/auth/o2/token", data=form)
    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")
    assert response.headers["retry-after"] == "1"


async def test_a_huge_body_is_refused(service):
    response = await service.http.post("/auth/o2/token", content=b"a=" + b"b" * 20_000)
    assert response.status_code == 413
