"""The auth matrix of both doors."""

import pytest

from spapi_gateway.domain.errors import CallRefusedError

PATH = "/orders/2026-01-01/orders"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"lifetime": -1}, 401),
        ({"signer": "demo-service"}, 401),
        ({"use": "login"}, 401),
        ({"drop": ("use",)}, 401),
        ({"drop": ("account_id",)}, 401),
        ({"aud": "account-svc"}, 401),
        ({"iss": "demo-service"}, 401),
        ({"sub": "account-svc"}, 401),
        ({"tenant": "demo"}, 403),
        ({"account": "gone"}, 403),
    ],
)
async def test_dropin_door_takes_only_a_living_sellerport_token_for_its_account(world, changes, status):
    reply = await world.knock("GET", PATH, headers=[("x-amz-access-token", world.sellerport_token(**changes))])
    assert reply.status == status
    assert bool(world.upstream.received) is (status == 200)
    if status != 200:
        assert reply.source == "gateway"
        assert reply.header("content-type") == "application/problem+json"
        assert reply.json["errors"][0]["code"] == reply.json["code"]


async def test_a_token_that_was_verified_before_still_expires(world):
    token = ("x-amz-access-token", world.sellerport_token(lifetime=60))
    assert (await world.knock("GET", PATH, headers=[token])).status == 200
    world.clock.advance(61)
    assert (await world.knock("GET", PATH, headers=[token])).status == 401


@pytest.mark.parametrize("value", [None, "", "rubbish", "a.b.c", "Atza|IwEB"])
async def test_dropin_door_refuses_what_is_no_token(world, value):
    headers = [] if value is None else [("x-amz-access-token", value)]
    reply = await world.knock("GET", PATH, headers=headers)
    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")
    assert reply.header("www-authenticate") == "Bearer"


async def test_two_access_tokens_are_no_token(world):
    token = world.sellerport_token()
    reply = await world.knock("GET", PATH, headers=[("x-amz-access-token", token), ("x-amz-access-token", token)])
    assert reply.status == 401


@pytest.mark.parametrize("account", ["acc-na", "acc-demo", "gone"])
@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("service", {"acc-na", "acc-demo"}),
        ("service of harbor", {"acc-na"}),
        ("user of harbor", {"acc-na"}),
        ("user of demo", {"acc-demo"}),
    ],
)
async def test_explicit_door_keeps_tenants_apart(world, kind, account, allowed):
    tenant = kind.partition(" of ")[2] or None
    token = world.user_token(tenant) if kind.startswith("user") else world.service_token(tenant=tenant)
    reply = await world.explicit("GET", PATH, account=account, token=token)
    if account in allowed:
        assert reply.status == 200
        return
    assert world.upstream.received == []
    expected = (404, "account_not_found") if kind == "service" else (403, "amazon_not_connected")
    assert (reply.status, reply.json["code"]) == expected


async def test_explicit_door_tells_a_foreign_account_and_a_missing_one_alike(world):
    token = world.user_token("demo")
    foreign = await world.explicit("GET", PATH, account="acc-na", token=token, headers=[("x-request-id", "r")])
    missing = await world.explicit("GET", PATH, account="gone", token=token, headers=[("x-request-id", "r")])
    assert (foreign.status, foreign.body) == (missing.status, missing.body)


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda _w: None, 401),
        (lambda _w: "Basic abc", 401),
        (lambda _w: "Bearer ", 401),
        (lambda w: f"Bearer {w.service_token(audience='token-svc')}", 401),
        (lambda w: f"Bearer {w.service_token(scopes=('gateway:read',))}", 403),
        (lambda w: f"Bearer {w.service_token('account-svc')}", 403),
        (lambda w: f"Bearer {w.sellerport_token()}", 401),
        (lambda w: f"Bearer {w.user_token(bad=True)}", 401),
        (lambda w: f"bearer {w.service_token()}", 200),
    ],
)
async def test_explicit_door_takes_only_tokens_made_for_it(world, make, status):
    value = make(world)
    headers = [] if value is None else [("authorization", value)]
    reply = await world.knock("GET", f"/v1/accounts/acc-na/spapi{PATH}", headers=headers)
    assert reply.status == status


async def test_a_bearer_token_does_not_open_the_dropin_door(world):
    assert (await world.knock("GET", PATH, headers=[("authorization", f"Bearer {world.service_token()}")])).status == 401


async def test_a_user_cannot_act_on_the_whole_application(world):
    reply = await world.explicit("GET", "/notifications/v1/destinations", token=world.user_token())
    assert (reply.status, reply.json["code"]) == (403, "service_only")


async def test_a_disconnected_account_is_a_clear_refusal(world):
    world.credentials.refusals["acc-na"] = CallRefusedError("reauthorization_required", "The seller has to connect again.")
    reply = await world.dropin("GET", PATH)
    assert (reply.status, reply.json["code"]) == (403, "reauthorization_required")
