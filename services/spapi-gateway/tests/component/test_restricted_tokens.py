"""createRestrictedDataToken: Amazon's token stays here, the caller gets a handle that opens the same."""

import json

import jwt
import pytest

from spapi_gateway.domain.credentials import CredentialKind

RDT = "/tokens/2021-03-01/restrictedDataToken"
ORDERS = {"method": "GET", "path": "/orders/v0/orders", "dataElements": ["buyerInfo"]}
JSON = [("content-type", "application/json")]


async def create(world, door="dropin", resources=(ORDERS,), **more):
    body = json.dumps({"restrictedResources": list(resources), **more}).encode()
    return await getattr(world, door)("POST", RDT, headers=JSON, body=body)


@pytest.mark.parametrize("door", ["dropin", "explicit"])
async def test_a_service_gets_a_handle_and_never_amazons_token(world, door):
    reply = await create(world, door)
    assert (reply.status, reply.source) == (200, "gateway")
    assert reply.json["expiresIn"] == 3600
    assert b"Atz" not in reply.body
    assert reply.header("cache-control") == "no-store"
    assert world.upstream.received == []
    assert world.recorder.calls[-1].operation.endswith("createRestrictedDataToken")


async def test_a_call_with_the_handle_is_made_with_the_restricted_token_for_those_resources(world):
    handle = (await create(world)).json["restrictedDataToken"]
    reply = await world.knock("GET", "/orders/v0/orders", "MarketplaceIds=ATVPDKIKX0DER", [("x-amz-access-token", handle)])
    assert reply.status == 200
    need = world.credentials.issued[-1]
    assert (need.kind, need.account_id) == (CredentialKind.RESTRICTED, "acc-na")
    assert need.resources == (("GET", "/orders/v0/orders", ("buyerInfo",)),)
    assert world.upstream.received[-1].header("x-amz-access-token").startswith("Atza|restricted-")


async def test_what_an_sdk_adds_to_the_request_is_passed_over(world):
    assert (await create(world, original_path="/orders/v0/orders", CreatedAfter="2026-01-01")).status == 200


async def test_a_handle_ends_with_the_token_it_stands_for(world):
    handle = (await create(world)).json["restrictedDataToken"]
    world.clock.advance(3601)
    reply = await world.knock("GET", "/orders/v0/orders", "", [("x-amz-access-token", handle)])
    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("changed", [{"account_id": "acc-demo"}, {"use": "spapi"}, {"iss": "token-svc"}, {"resources": []}])
async def test_a_handle_cannot_be_altered_nor_made_by_another_service(world, changed):
    claims = jwt.decode((await create(world)).json["restrictedDataToken"], options={"verify_signature": False}) | changed
    for signer in ("token-svc", "demo-service"):
        forged = jwt.encode(claims, world.keys[signer], algorithm="EdDSA", headers={"kid": "spapi-gateway-1"})
        reply = await world.knock("GET", "/orders/v0/orders", "", [("x-amz-access-token", forged)])
        assert reply.status == 401


async def test_an_ordinary_token_cannot_name_resources(world):
    token = world.sellerport_token(use="rdt", resources=[["GET", "/orders/v0/orders", []]])
    reply = await world.knock("GET", "/orders/v0/orders", "", [("x-amz-access-token", token)])
    assert reply.status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"restrictedResources": []}',
        b'{"restrictedResources": [{"method": "PATCH", "path": "/x"}]}',
        b'{"restrictedResources": [{"method": "GET", "path": "x"}]}',
        b'{"restrictedResources": [{"method": "GET", "path": "/x"}], "targetApplication": "amzn1.sp.solution.x"}',
        json.dumps({"restrictedResources": [ORDERS] * 51}).encode(),
    ],
)
async def test_a_request_that_amazon_would_not_take_is_refused_here(world, body):
    reply = await world.dropin("POST", RDT, headers=JSON, body=body)
    assert (reply.status, reply.json["code"]) == (400, "invalid_restricted_resources")
    assert not [need for need in world.credentials.issued if need.kind is CredentialKind.RESTRICTED]


async def test_users_call_restricted_operations_directly(world):
    body = json.dumps({"restrictedResources": [ORDERS]}).encode()
    reply = await world.explicit("POST", RDT, headers=JSON, body=body, token=world.user_token())
    assert (reply.status, reply.json["code"]) == (403, "restricted_token_by_gateway")
