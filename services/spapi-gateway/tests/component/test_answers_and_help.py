"""What a caller gets back: streams, faults, the connection test, the catalogue, health and metrics."""

import pytest

from spapi_gateway.adapters.inbound.http.api import build_api
from spapi_gateway.adapters.outbound.memory.upstream import MemoryAnswer, json_answer
from spapi_gateway.adapters.outbound.packaged.catalogue import load_catalogue
from spapi_gateway.application.ports.upstream import AnswerLostError, NonsenseAnswerError, NotConnectedError
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.errors import Timeout, Unavailable

PATH = "/fba/inventory/v1/summaries"
WRITE = "/feeds/2021-06-30/feeds"


async def test_a_long_answer_arrives_whole_piece_by_piece(world):
    pieces = [bytes([number]) * 50_000 for number in range(20)]
    world.upstream.script = [MemoryAnswer(headers=[("content-encoding", "gzip")], pieces=list(pieces))]
    reply = await world.dropin("GET", PATH)
    assert (reply.body, reply.is_complete) == (b"".join(pieces), True)
    assert reply.header("content-encoding") == "gzip"


async def test_an_answer_cut_in_the_middle_is_never_finished(world):
    world.upstream.script = [MemoryAnswer(pieces=[b"half", b"more"], is_cut=True)]
    reply = await world.dropin("GET", PATH)
    assert (reply.status, reply.body, reply.is_complete) == (200, b"halfmore", False)
    assert world.recorder.calls[0].code == "amazon_answer_cut"


async def test_an_answer_cut_before_its_first_byte_is_a_clear_502(world):
    world.upstream.script = [MemoryAnswer(is_cut=True)]
    reply = await world.dropin("GET", PATH)
    assert (reply.status, reply.json["code"], reply.is_complete) == (502, "amazon_answer_cut", True)


@pytest.mark.parametrize("status", [204, 207, 302, 400, 404, 422, 500])
async def test_amazons_own_answers_pass_whatever_they_say(world, status):
    body = b"" if status == 204 else b'{"errors":[{"code":"X","message":"y"}]}'
    world.upstream.script = [json_answer(status, body, location="/x")]
    reply = await world.dropin("POST", WRITE)
    assert (reply.status, reply.body, reply.source, reply.is_complete) == (status, body, "upstream", True)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (NotConnectedError("no connection"), 502, "amazon_unreachable"),
        (AnswerLostError("cut"), 502, "amazon_answer_lost"),
        (NonsenseAnswerError("not HTTP"), 502, "amazon_answer_unreadable"),
        (Timeout("silent"), 504, "deadline_exceeded"),
    ],
)
async def test_each_fault_beyond_the_gateway_has_its_status(world, fault, status, code):
    world.upstream.script = [fault]
    reply = await world.dropin("POST", WRITE, headers=[("x-sellerport-deadline-ms", "0")])
    assert (reply.status, reply.json["code"], reply.source) == (status, code, "gateway")


async def test_without_token_svc_the_answer_is_503_and_says_when(world):
    world.credentials.fault = Unavailable("token-svc cannot be reached", retry_after=3)
    reply = await world.dropin("GET", PATH)
    assert (reply.status, reply.header("retry-after"), reply.json["code"]) == (503, "3", "credential_unavailable")
    world.credentials.fault = None
    assert (await world.dropin("GET", PATH)).status == 200


async def test_a_used_up_plan_is_429_at_once_with_the_exact_wait(world):
    replies = [await world.dropin("GET", PATH, headers=[("x-sellerport-deadline-ms", "0")]) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert (replies[2].json["code"], replies[2].header("retry-after"), replies[2].source) == ("throttled", "1", "gateway")
    other = await world.dropin("GET", PATH, account="acc-demo")
    assert other.status == 200


async def test_a_request_id_is_kept_or_made(world):
    assert (await world.dropin("GET", PATH, headers=[("x-request-id", "mine-1")])).header("x-sellerport-request-id") == "mine-1"
    made = (await world.dropin("GET", PATH, headers=[("x-request-id", "bad id\x01")])).header("x-sellerport-request-id")
    assert len(made) == 36


async def test_each_call_leaves_a_record_without_anything_secret(world):
    await world.explicit("GET", PATH, "sellerSkus=SECRET-SKU", headers=[("x-sellerport-priority", "sync")])
    record = world.recorder.calls[0]
    assert (record.caller, record.tenant, record.account, record.operation) == (
        "demo-service",
        "harbor",
        "acc-na",
        "fba-inventory.v1.getInventorySummaries",
    )
    assert (record.lane, record.status, record.source, record.attempts, record.door) == ("sync", 200, "upstream", 1, "explicit")
    assert "SECRET" not in repr(record)
    assert "Atza" not in repr(record)


async def test_metrics_count_calls_by_operation(world):
    await world.dropin("GET", PATH)
    await world.dropin("GET", "/nothing/here")
    text = (await world.knock("GET", "/metrics")).body.decode()
    assert 'spapi_calls_total{method="GET",operation="fba-inventory.v1.getInventorySummaries",source="upstream",status="200"} 1.0' in text
    assert 'spapi_refusals_total{code="unknown_operation"} 1.0' in text


async def ask(world, path, token=None):
    headers = [("authorization", f"Bearer {token or world.service_token()}")]
    return await world.knock("GET", path, headers=headers)


async def test_the_connection_test_walks_every_step_of_a_signed_account(world):
    reply = await ask(world, "/v1/accounts/acc-eu/test", world.user_token())
    assert reply.status == 200
    assert (reply.json["ok"], reply.json["region"], reply.json["signing"]) == (True, "EU", "sigv4")
    assert [(step["step"], step["status"]) for step in reply.json["steps"]] == [
        ("credential", "ok"),
        ("token", "ok"),
        ("sts", "ok"),
        ("call", "ok"),
    ]
    assert world.upstream.received[0].path == "/sellers/v1/marketplaceParticipations"


async def test_the_connection_test_names_cause_and_cure(world):
    world.upstream.script = [json_answer(403, b'{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied."}]}')]
    steps = {step["step"]: step for step in (await ask(world, "/v1/accounts/acc-na/test")).json["steps"]}
    assert steps["sts"]["status"] == "skipped"
    assert (steps["call"]["status"], steps["call"]["cause"]) == ("failed", "Amazon answered 403: Access to requested resource is denied.")
    assert "role" in steps["call"]["cure"]

    world.credentials.refusals["acc-demo"] = CallRefusedError("reauthorization_required", "The seller withdrew the permission.")
    broken = (await ask(world, "/v1/accounts/acc-demo/test")).json
    assert (broken["ok"], broken["steps"][0]["status"], broken["steps"][0]["cause"]) == (
        False,
        "failed",
        "The seller withdrew the permission.",
    )
    assert [step["status"] for step in broken["steps"][1:]] == ["skipped"] * 3


async def test_the_connection_test_of_a_foreign_account_tells_nothing(world):
    reply = await ask(world, "/v1/accounts/acc-na/test", world.user_token("demo"))
    assert (reply.status, reply.json["code"]) == (403, "amazon_not_connected")


async def test_the_catalogue_can_be_read(world):
    assert len((await ask(world, "/v1/operations")).json["items"]) == 370
    reports = await world.knock("GET", "/v1/operations", "api=reports", [("authorization", f"Bearer {world.user_token()}")])
    operation = next(item for item in reports.json["items"] if item["operation"].endswith("getReportDocument"))
    assert (operation["rate"], operation["burst"], operation["restricted"]) == (0.0167, 15, "on_refusal")
    assert (await world.knock("GET", "/v1/operations")).status == 401


async def test_health_is_open_and_needs_no_token(world):
    assert (await world.knock("GET", "/health/live")).status == 200
    assert (await world.knock("GET", "/health/ready")).status == 200


async def test_unknown_operations_can_be_allowed(make_world):
    world = make_world(GATEWAY_ALLOW_UNKNOWN_OPERATIONS="true")
    assert (await world.dropin("GET", "/brand/new/thing")).status == 200


def test_the_openapi_document_describes_the_doors_without_any_setting():
    document = build_api(load_catalogue()).openapi_schema.to_schema()
    assert {"get", "post", "put", "patch", "delete"} <= set(document["paths"]["/v1/accounts/{account_id}/spapi/{path}"])
    assert "/v1/accounts/{account_id}/test" in document["paths"]
