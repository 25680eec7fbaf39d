"""/internal/v1/accounts/{id}/refresh-leases."""

from datetime import timedelta

import pytest


@pytest.fixture
def take(client, service, connected):
    async def taken(version: int = 1, seconds: float = 8, account: str | None = None):
        path = f"/internal/v1/accounts/{account or connected['id']}/refresh-leases"
        body = {"refresh_token_version": version, "seconds": seconds}
        return await client.post(path, headers=service("token-svc", "credentials:write"), json=body)

    return taken


async def test_one_at_a_time_may_use_a_refresh_token(take, client, service, connected, world):
    lease = await take()
    assert lease.status_code == 201
    assert lease.json()["in_doubt"] is False
    held = await take()
    assert (held.status_code, held.json()["code"], held.headers["retry-after"]) == (409, "refresh_lease_held", "8")

    path = f"/internal/v1/accounts/{connected['id']}/refresh-leases/{lease.json()['lease_id']}"
    for _ in range(2):
        assert (await client.delete(path, headers=service("token-svc", "credentials:write"))).status_code == 204
    assert (await take()).json()["in_doubt"] is False
    world.clock.advance(timedelta(seconds=8).total_seconds())
    assert (await take()).json()["in_doubt"] is True


async def test_a_version_that_is_not_stored_any_more_is_refused_and_holds_nothing_up(take):
    stale = await take(version=2)
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    assert (await take(version=1)).status_code == 201


async def test_a_stored_rotation_frees_the_token_and_marks_the_account_as_one_that_rotates(take, client, service, connected):
    read, write = service("token-svc", "credentials:read"), service("token-svc", "credentials:write")
    path = f"/internal/v1/accounts/{connected['id']}"
    assert (await client.get(f"{path}/credentials", headers=read)).json()["rotates_refresh_tokens"] is False
    assert (await take()).status_code == 201
    body = {"expected_version": 1, "refresh_token": "Atzr|rotated-token"}
    assert (await client.put(f"{path}/refresh-token", headers=write, json=body)).json() == {"refresh_token_version": 2}
    assert (await take(version=2)).json()["in_doubt"] is False
    assert (await client.get(f"{path}/credentials", headers=read)).json()["rotates_refresh_tokens"] is True


@pytest.mark.parametrize("seconds", [0, -1, 121])
async def test_a_lease_has_a_length(take, seconds):
    refused = await take(seconds=seconds)
    assert (refused.status_code, refused.json()["code"]) == (400, "lease_length_invalid")


async def test_an_unknown_account_has_no_lease(take, client, service):
    nobody = "018f0000-0000-7000-8000-000000000000"
    assert (await take(account=nobody)).status_code == 404
    path = f"/internal/v1/accounts/{nobody}/refresh-leases/x"
    assert (await client.delete(path, headers=service("token-svc", "credentials:write"))).status_code == 404


async def test_only_token_svc_takes_leases(client, service, user, connected):
    path = f"/internal/v1/accounts/{connected['id']}/refresh-leases"
    body = {"refresh_token_version": 1, "seconds": 8}
    for headers in (service("token-svc", "credentials:read"), user("acme")):
        assert (await client.post(path, headers=headers, json=body)).status_code == 403
