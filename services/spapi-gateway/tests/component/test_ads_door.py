"""The `/ads/` side of the explicit door."""

import asyncio
import json
from dataclasses import replace

import pytest

from spapi_gateway.adapters.outbound.memory.upstream import json_answer
from spapi_gateway.application.ports.upstream import AnswerLostError, NotConnectedError
from spapi_gateway.domain.accounts import Account, AccountId, Region

CLIENT = "amzn1.application-oa2-client.ads"
LIST = "application/vnd.listaccountsresource.v1+json"


@pytest.fixture
def world(world):
    account = Account(
        id=AccountId("acc-ads"),
        tenant="harbor",
        region=Region.EU,
        selling_partner_id="lwa-grant.default-ads",
        marketplaces=(),
        is_signed=False,
        application="default-ads",
        is_for_ads=True,
        client_id=CLIENT,
    )
    world.credentials.accounts[account.id] = account
    return world


@pytest.fixture
def knock(world):
    """Call the Ads API as a service does."""

    async def knocked(method, path, query="", headers=(), *, account="acc-ads", token=None, **more):
        bearer = ("authorization", f"Bearer {token or world.service_token()}")
        return await world.knock(method, f"/v1/accounts/{account}/ads{path}", query, [bearer, *headers], **more)

    return knocked


async def until_done(world, call):
    """Let the clock run until the call has ended."""
    task = asyncio.create_task(call)
    for _ in range(2000):
        if task.done():
            break
        await asyncio.sleep(0)
        world.clock.advance(0.05)
    return await task


async def test_the_call_goes_to_the_regions_host_with_token_and_client(world, knock):
    world.upstream.script.append(json_answer(200, b'[{"profileId":3802314508801283}]'))
    scope = ("Amazon-Advertising-API-Scope", "3802314508801283")
    reply = await knock("GET", "/v2/profiles", "profileTypeFilter=seller%2Cvendor", [scope, ("Accept", "application/json")])
    assert (reply.status, reply.source, reply.body) == (200, "upstream", b'[{"profileId":3802314508801283}]')
    (sent,) = world.upstream.received
    assert (sent.endpoint, sent.path, sent.query) == (
        "https://advertising-api-eu.amazon.com",
        "/v2/profiles",
        "profileTypeFilter=seller%2Cvendor",
    )
    assert sent.header("authorization").startswith("Bearer Atza|")
    assert sent.header("amazon-advertising-api-clientid") == CLIENT
    assert sent.header("amazon-advertising-api-scope") == "3802314508801283"
    assert sent.header("amazon-ads-clientid") is None
    assert sent.header("x-amz-access-token") is None
    assert (world.recorder.calls[-1].door, world.recorder.calls[-1].region) == ("ads", "EU")


async def test_a_caller_cannot_name_another_client_or_token(world, knock):
    false = [
        ("Amazon-Advertising-API-ClientId", "mine"),
        ("Amazon-Ads-ClientId", "mine"),
        ("x-amz-access-token", "mine"),
        ("Cookie", "a=b"),
    ]
    await knock("POST", "/adsApi/v1/query/campaigns", "", [*false, ("content-type", "application/json")], body=b"{}")
    (sent,) = world.upstream.received
    for name in ("amazon-advertising-api-clientid", "amazon-ads-clientid"):
        assert [value for key, value in sent.headers if key == name] == [CLIENT]
    assert sum(1 for key, _ in sent.headers if key == "authorization") == 1
    assert sent.header("cookie") is None


@pytest.mark.parametrize(("region", "host"), [("NA", "advertising-api.amazon.com"), ("FE", "advertising-api-fe.amazon.com")])
async def test_another_of_the_three_hosts_can_be_asked(world, knock, region, host):
    await knock("GET", "/v2/profiles", "", [("x-sellerport-region", region)])
    assert world.upstream.received[0].endpoint == f"https://{host}"
    assert world.upstream.received[0].header("x-sellerport-region") is None


@pytest.mark.parametrize("region", ["", "na", "evil.example", "NA, EU"])
async def test_but_no_other(world, knock, region):
    reply = await knock("GET", "/v2/profiles", "", [("x-sellerport-region", region)])
    assert (reply.status, reply.json["code"], reply.source) == (400, "invalid_header", "gateway")
    assert world.upstream.received == []


async def test_bodies_and_media_types_pass_as_they_are(world, knock):
    body = b'{"maxResults": 100}'
    await knock("POST", "/adsAccounts/list", "", [("content-type", LIST), ("accept", LIST)], body=body)
    (sent,) = world.upstream.received
    assert (sent.body, sent.header("content-type"), sent.header("accept")) == (body, LIST, LIST)


async def test_each_api_has_its_own_accounts(world, knock):
    wrong = await knock("GET", "/v2/profiles", account="acc-na")
    assert (wrong.status, wrong.json["code"]) == (409, "wrong_account_kind")
    other = await world.explicit("GET", "/orders/v0/orders", account="acc-ads")
    assert (other.status, other.json["code"]) == (409, "wrong_account_kind")
    assert world.upstream.received == []


async def test_only_the_accounts_tenant_and_its_services_may_call(world, knock):
    assert (await knock("GET", "/v2/profiles", token=world.user_token("harbor"))).status == 200
    stranger = await knock("GET", "/v2/profiles", token=world.user_token("demo"))
    assert (stranger.status, stranger.json["code"]) == (403, "amazon_not_connected")
    assert (await knock("GET", "/v2/profiles", token="nonsense")).status == 401
    assert (await world.knock("GET", "/v1/accounts/acc-ads/ads/v2/profiles")).status == 401


@pytest.mark.parametrize(
    "path", ["/v2/../x", "/v2/%2e%2e/x", "//v2/profiles", "/v2/profiles/", "", "/v2/a%00b", "/v2\\profiles", "/v2/%zz"]
)
async def test_hostile_paths_are_refused(world, knock, path):
    reply = await knock("GET", path)
    assert (reply.status, reply.json["code"], reply.source) == (400, "unsafe_path", "gateway")
    assert world.upstream.received == []


async def test_a_refused_token_is_replaced_once(world, knock):
    world.upstream.script += [json_answer(401, b'{"code":"UNAUTHORIZED","details":"Not authorized"}'), json_answer()]
    assert (await knock("GET", "/v2/profiles")).status == 200
    first, second = (sent.header("authorization") for sent in world.upstream.received)
    assert first != second
    refusal = json_answer(401, b'{"message":"HTTP 401 Unauthorized"}')
    world.upstream.script += [refusal, json_answer(401, b"{}")]
    assert (await knock("GET", "/v2/profiles")).status == 401
    assert len(world.upstream.received) == 4


async def test_a_refused_profile_is_no_refused_token(world, knock):
    body = b'{"code":"UNAUTHORIZED","details":"Not authorized to access scope 1"}'
    world.upstream.script.append(json_answer(401, body))
    reply = await knock("GET", "/dsp/advertisers")
    assert (reply.status, reply.body, len(world.upstream.received)) == (401, body, 1)


async def test_a_429_is_waited_for_as_long_as_amazon_asks(world, knock):
    world.upstream.script += [json_answer(429, retry_after="7"), json_answer()]
    begun = world.clock.monotonic()
    reply = await until_done(world, knock("GET", "/v2/profiles"))
    assert (reply.status, len(world.upstream.received)) == (200, 2)
    assert world.clock.monotonic() - begun >= 7


async def test_a_429_that_lasts_longer_than_the_caller_is_handed_on(world, knock):
    world.upstream.script.append(json_answer(429, b'{"code":"429","details":"slow down"}', retry_after="40"))
    reply = await knock("GET", "/v2/profiles")
    assert (reply.status, reply.header("retry-after"), reply.source, len(world.upstream.received)) == (429, "40", "upstream", 1)


@pytest.mark.parametrize("trouble", [json_answer(503), NotConnectedError("away"), AnswerLostError("lost")])
async def test_reads_are_tried_again(world, knock, trouble):
    world.upstream.script += [trouble, json_answer()]
    headers = [("content-type", LIST), ("accept", LIST)]
    assert (await until_done(world, knock("POST", "/adsAccounts/list", "", headers, body=b"{}"))).status == 200
    assert len(world.upstream.received) == 2


@pytest.mark.parametrize(("trouble", "status"), [(json_answer(503), 503), (AnswerLostError("lost"), 502)])
async def test_writes_are_not(world, knock, trouble, status):
    world.upstream.script += [trouble, json_answer()]
    assert (await knock("POST", "/adsAccounts", "", [("content-type", "application/json")], body=b"{}")).status == status
    assert len(world.upstream.received) == 1


async def test_all_five_shapes_of_errors_pass_untouched(world, knock):
    shapes = [
        {"code": "INVALID", "details": "x", "requestId": "r"},
        {"code": "425", "detail": "x"},
        {"message": "x"},
        {"errors": [{"errorCode": "V2InvalidInput", "errorId": "1", "errorMessage": "x"}]},
        {"code": "x", "message": "y"},
    ]
    for shape in shapes:
        world.upstream.script.append(json_answer(400, json.dumps(shape).encode()))
        reply = await knock("GET", "/v2/profiles")
        assert (reply.status, reply.json, reply.source) == (400, shape, "upstream")


async def test_a_silent_amazon_ends_at_the_deadline(world, knock):
    world.upstream.hang = True
    reply = await knock("GET", "/v2/profiles", "", [("x-sellerport-deadline-ms", "1")])
    assert (reply.status, reply.json["code"]) == (504, "deadline_exceeded")


async def test_without_the_clients_name_nothing_is_sent(world, knock):
    world.credentials.accounts["acc-ads"] = replace(world.credentials.accounts["acc-ads"], client_id="")
    reply = await knock("GET", "/v2/profiles")
    assert (reply.status, reply.json["code"], world.upstream.received) == (503, "credential_unavailable", [])


async def test_ids_in_paths_make_no_endless_names(world, knock):
    for number in range(5):
        await knock("GET", f"/v2/profiles/{number}")
    assert {call.operation for call in world.recorder.calls} == {"ads.-.v2.profiles"}
