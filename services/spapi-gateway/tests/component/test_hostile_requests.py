"""What must not get through the doors, and what must not come back out."""

import pytest

from spapi_gateway.adapters.outbound.memory.upstream import json_answer

PATH = "/fba/inventory/v1/summaries"
JSON = ("content-type", "application/json")


@pytest.mark.parametrize("door", ["dropin", "explicit"])
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/orders/v0/orders/../../finances", 400, "unsafe_path"),
        ("/orders/v0/orders/%2e%2e/%2E%2E/finances", 400, "unsafe_path"),
        ("/orders/v0/orders/%252e%252e", 400, "unsafe_path"),
        ("/orders/v0/orders/..%2f..%2ffinances", 400, "unsafe_path"),
        ("/orders/v0/orders/1%2ForderItems", 400, "unsafe_path"),
        ("/orders%2fv0%2forders", 400, "unsafe_path"),
        ("/orders/v0/orders/1%5c", 400, "unsafe_path"),
        ("/orders/v0/orders/1%00", 400, "unsafe_path"),
        ("/orders/v0/orders/", 400, "unsafe_path"),
        ("/orders//v0/orders", 400, "unsafe_path"),
        ("/orders/v0/orders/%zz", 400, "unsafe_path"),
        ("/nothing/here", 404, "unknown_operation"),
        ("/orders/v9/orders", 404, "unknown_operation"),
    ],
)
async def test_a_hostile_or_unknown_path_is_refused_and_nothing_is_sent(world, door, path, status, code):
    reply = await getattr(world, door)("GET", path)
    assert (reply.status, reply.json["code"], reply.source) == (status, code, "gateway")
    assert reply.header("content-type") == "application/problem+json"
    assert reply.json["request_id"] == reply.header("x-sellerport-request-id")
    assert reply.json["detail"]
    assert world.upstream.received == []


async def test_the_explicit_door_cannot_be_left_by_its_path(world):
    for path in ("/../../../health/live", "/%2e%2e/x", "//evil.example/x", ""):
        reply = await world.explicit("GET", path)
        assert reply.status == 400
    assert world.upstream.received == []


async def test_a_method_the_path_lacks_is_405_with_allow(world):
    reply = await world.dropin("DELETE", PATH)
    assert (reply.status, reply.header("allow")) == (405, "GET")


async def test_callers_headers_that_steer_connection_host_or_signature_never_pass(world):
    hostile = [
        ("connection", "keep-alive, x-secret-hop, x-amz-access-token"),
        ("x-secret-hop", "1"),
        ("keep-alive", "timeout=5"),
        ("te", "trailers"),
        ("trailer", "x"),
        ("upgrade", "h2c"),
        ("http2-settings", "x"),
        ("proxy-authorization", "Basic x"),
        ("proxy-connection", "close"),
        ("host", "evil.example"),
        ("authorization", "AWS4-HMAC-SHA256 forged"),
        ("x-amz-date", "20000101T000000Z"),
        ("x-amz-security-token", "forged"),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("x-amz-target", "x"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "for=1.2.3.4"),
        ("x-http-method-override", "DELETE"),
        ("x-http-method", "DELETE"),
        ("x-method-override", "DELETE"),
        ("x-original-url", "/finances"),
        ("x-rewrite-url", "/finances"),
        ("cookie", "a=b"),
        ("expect", "100-continue"),
        ("x_amz_access_token", "forged"),
        ("x-sellerport-priority", "sync"),
        ("traceparent", "00-" + "0" * 32),
    ]
    honest = [("accept", "application/json"), ("user-agent", "sdk/1"), ("x-amzn-shipping-business-id", "AmazonShipping_UK")]
    reply = await world.dropin("GET", PATH, headers=hostile + honest)
    assert reply.status == 200
    received = world.upstream.received[0]
    assert received.headers[:-1] == honest
    assert received.headers[-1][0] == "x-amz-access-token"
    assert received.headers[-1][1].startswith("Atza|access")


async def test_amazons_connection_headers_and_cookies_stop_here(world):
    world.upstream.script = [
        json_answer(
            200,
            connection="close, x-hop",
            x_hop="1",
            keep_alive="timeout=1",
            set_cookie="session=1",
            x_sellerport_response_source="gateway",
            proxy_authenticate="Basic",
            x_amzn_requestid="req-1",
            x_amzn_ratelimit_limit="2.0",
        )
    ]
    reply = await world.dropin("GET", PATH)
    names = [name.decode() for name, _ in reply.headers]
    assert names == [
        "content-type",
        "content-length",
        "x-amzn-requestid",
        "x-amzn-ratelimit-limit",
        "x-sellerport-response-source",
        "x-sellerport-request-id",
    ]
    assert reply.source == "upstream"
    assert world.recorder.calls[0].upstream_request_id == "req-1"


async def test_the_host_comes_only_from_the_accounts_region(world):
    await world.explicit("GET", PATH, headers=[("host", "evil.example")], account="acc-eu")
    received = world.upstream.received[0]
    assert received.endpoint == "https://sellingpartnerapi-eu.amazon.com"
    assert received.header("host") is None
    assert "eu-west-1" in received.header("authorization")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-sellerport-deadline-ms", "soon"),
        ("x-sellerport-deadline-ms", "-1"),
        ("x-sellerport-deadline-ms", "1.5"),
        ("x-sellerport-deadline-ms", "999999999"),
        ("x-sellerport-deadline-ms", "²"),
        ("x-sellerport-priority", "highest"),
        ("x-sellerport-data-elements", "everything"),
        ("x-note", "caf\xe9"),
    ],
)
async def test_a_header_that_cannot_be_read_is_refused(world, name, value):
    reply = await world.dropin("GET", "/orders/v0/orders", headers=[(name, value)])
    assert (reply.status, reply.json["code"]) == (400, "invalid_header")


@pytest.mark.parametrize("headers", [[], [("transfer-encoding", "chunked")]])
async def test_a_read_with_a_body_is_refused(world, headers):
    reply = await world.dropin("GET", PATH, headers=headers, body=b"{}")
    assert (reply.status, reply.json["code"]) == (400, "body_not_allowed")
    assert world.upstream.received == []


@pytest.mark.parametrize("body", [b"{", b'{"a":}', b"{}x", b"[1,]", b'{"a":"\xff"}', b"nothing"])
async def test_malformed_json_is_refused_before_amazon_sees_it(world, body):
    reply = await world.dropin("POST", "/feeds/2021-06-30/feeds", headers=[JSON], body=body)
    assert (reply.status, reply.json["code"]) == (400, "malformed_json")
    assert world.upstream.received == []


async def test_json_is_not_rewritten(world):
    body = b' {"b" : 1.50, "a":\t[ ]}\n'
    await world.dropin("POST", "/feeds/2021-06-30/feeds", headers=[JSON], body=body)
    assert world.upstream.received[0].body == body


async def test_a_body_that_says_it_is_too_large_is_refused_unread(make_world):
    world = make_world(GATEWAY_MAX_BODY_BYTES="2048")
    reply = await world.dropin("POST", "/feeds/2021-06-30/feeds", headers=[("content-length", "2049")], pieces=[b"x" * 2049])
    assert (reply.status, reply.json["code"]) == (413, "body_too_large")
    assert (await world.dropin("POST", "/feeds/2021-06-30/feeds", body=b"x" * 2048)).status == 200


@pytest.mark.parametrize("account", ["acc-na", "acc-eu"])
async def test_a_body_that_turns_out_too_large_is_refused(make_world, account):
    world = make_world(GATEWAY_MAX_BODY_BYTES="2048")
    chunked = [("transfer-encoding", "chunked")]
    reply = await world.dropin("POST", "/feeds/2021-06-30/feeds", headers=chunked, pieces=[b"x" * 1500] * 3, account=account)
    assert (reply.status, reply.json["code"]) == (413, "body_too_large")


async def test_a_large_body_is_streamed_when_nothing_has_to_be_signed(world):
    pieces = [bytes([number]) * 100_000 for number in range(5)]
    await world.dropin("POST", "/feeds/2021-06-30/feeds", headers=[("transfer-encoding", "chunked")], pieces=pieces)
    assert world.upstream.received[0].body == b"".join(pieces)
