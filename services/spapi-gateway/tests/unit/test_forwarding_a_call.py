"""One call to Amazon: credential, signature, retries, deadline."""

import asyncio

import pytest

from spapi_gateway.adapters.outbound.memory.credential_source import MemoryCredentialSource
from spapi_gateway.adapters.outbound.memory.upstream import MemoryUpstream, json_answer
from spapi_gateway.adapters.outbound.packaged.catalogue import load_catalogue
from spapi_gateway.application.call import Call
from spapi_gateway.application.commands.forward_call import ForwardCall
from spapi_gateway.application.credential_cache import CredentialCache
from spapi_gateway.application.pacer import Pacer
from spapi_gateway.application.ports.call_recorder import CallRecord
from spapi_gateway.application.ports.upstream import AnswerLostError, NonsenseAnswerError, NotConnectedError
from spapi_gateway.domain.accounts import Region
from spapi_gateway.domain.credentials import RestrictedResource
from spapi_gateway.domain.errors import CallRefusedError
from svc_kit.clock import ManualClock
from svc_kit.errors import Timeout, Unavailable

CATALOGUE = load_catalogue()
EXPIRED = b'{"errors":[{"code":"Unauthorized","message":"denied.","details":"The access token you provided has expired."}]}'
DENIED = b'{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":""}]}'
THROTTLED = b'{"errors":[{"code":"QuotaExceeded","message":"You exceeded your quota for the requested resource."}]}'


class Desk:
    def __init__(self, accounts) -> None:
        self.clock = ManualClock()
        self.accounts = accounts
        self.upstream = MemoryUpstream()
        self.source = MemoryCredentialSource(self.clock, *accounts.values())
        self.record = CallRecord(request_id="r", door="test", method="")
        self.forward = ForwardCall(
            upstream=self.upstream,
            credentials=CredentialCache(self.source, self.clock),
            pacer=Pacer(self.clock),
            endpoints={region: f"https://{region.lower()}.amazon.example" for region in Region},
            clock=self.clock,
            chance=lambda: 0.0,
        )

    async def call(self, method="GET", path="/fba/inventory/v1/summaries", account="acc-na", **changes):
        call = Call(
            account_id=account,
            operation=CATALOGUE.match(method, path),
            method=method,
            path=path,
            query="a=b",
            headers=[("accept", "*/*")],
            **changes,
        )
        return await self.forward(call, self.accounts[account], self.record)

    def tokens(self):
        return [received.header("x-amz-access-token") for received in self.upstream.received]


@pytest.fixture
def desk(accounts):
    return Desk(accounts)


async def test_an_unsigned_account_sends_its_token_and_no_signature(desk):
    answer = await desk.call()
    received = desk.upstream.received[0]
    assert answer.status == 200
    assert received.endpoint == "https://na.amazon.example"
    assert received.header("x-amz-access-token") == "Atza|access-1"
    assert received.header("authorization") is None


async def test_a_signed_account_signs_every_attempt_in_its_own_region(desk):
    desk.upstream.script = [json_answer(500), json_answer(200)]
    await desk.call(account="acc-eu")
    first, second = desk.upstream.received
    assert first.endpoint == "https://eu.amazon.example"
    assert "/20260101/eu-west-1/execute-api/aws4_request" in first.header("authorization")
    assert "SignedHeaders=host;x-amz-access-token;x-amz-date;x-amz-security-token" in first.header("authorization")
    assert first.header("x-amz-security-token").startswith("Atza|aws_session")
    assert second.header("authorization")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_read_is_tried_again_after_a_passing_failure(desk, status):
    desk.upstream.script = [json_answer(status), json_answer(200)]
    answer = await advance_while(desk, desk.call(path="/fba/inventory/v1/summaries"))
    assert (answer.status, desk.record.attempts) == (200, 2)


async def advance_while(desk, work):
    task = asyncio.ensure_future(work)
    for _ in range(400):
        await asyncio.sleep(0)
        if task.done():
            break
        if desk.clock.sleepers:
            desk.clock.advance(0.25)
    assert task.done()
    return await task


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_write_is_not_repeated_after_a_5xx(desk, status):
    desk.upstream.script = [json_answer(status, b'{"x":1}')]
    answer = await desk.call("POST", "/feeds/2021-06-30/feeds", body=b"{}")
    assert (answer.status, await answer.read()) == (status, b'{"x":1}')
    assert len(desk.upstream.received) == 1


async def test_a_write_refused_by_429_has_done_nothing_and_is_repeated(desk):
    desk.upstream.script = [json_answer(429, THROTTLED), json_answer(202)]
    path = "/listings/2021-08-01/items/A1/sku"
    answer = await advance_while(desk, desk.call("PUT", path, body=b"{}"))
    assert (answer.status, [received.body for received in desk.upstream.received]) == (202, [b"{}", b"{}"])


async def test_a_429_that_cannot_be_waited_for_is_amazons_with_a_time_to_come_back(desk):
    desk.upstream.script = [json_answer(429, THROTTLED)]
    answer = await desk.call(path="/orders/2026-01-01/orders")
    assert answer.status == 429
    assert dict(answer.headers)["retry-after"] == str(int(1 / 0.0028) + 1)
    assert await answer.read() == THROTTLED


async def test_connection_faults_are_repeated_where_nothing_can_have_happened(desk):
    desk.upstream.script = [NotConnectedError("refused"), NotConnectedError("refused"), json_answer(202)]
    answer = await advance_while(desk, desk.call("PATCH", "/listings/2021-08-01/items/A1/sku", body=b"[]"))
    assert (answer.status, desk.record.attempts) == (202, 3)


async def test_a_write_whose_answer_was_lost_is_not_repeated(desk):
    desk.upstream.script = [AnswerLostError("cut")]
    with pytest.raises(AnswerLostError):
        await desk.call("POST", "/feeds/2021-06-30/feeds", body=b"{}")
    assert len(desk.upstream.received) == 1


async def test_a_read_whose_answer_was_lost_is_repeated_and_a_reading_post_too(desk):
    for method, path in [("GET", "/fba/inventory/v1/summaries"), ("POST", "/products/fees/v0/items/B0/feesEstimate")]:
        desk.upstream.script = [AnswerLostError("cut"), json_answer(200)]
        answer = await advance_while(desk, desk.call(method, path))
        assert answer.status == 200


async def test_nonsense_is_not_repeated(desk):
    desk.upstream.script = [NonsenseAnswerError("not HTTP")]
    with pytest.raises(NonsenseAnswerError):
        await desk.call()


async def test_attempts_are_limited_and_amazons_last_word_is_passed_on(desk):
    desk.upstream.otherwise = lambda _received: json_answer(503, b"last")
    answer = await advance_while(desk, desk.call(path="/reports/2021-06-30/reports/1"))
    assert (answer.status, len(desk.upstream.received)) == (503, 5)
    assert await answer.read() == b"last"


async def test_in_an_outage_retries_stay_within_their_budget(desk):
    desk.upstream.otherwise = lambda _received: json_answer(503)
    for _ in range(60):
        await advance_while(desk, desk.call("GET", f"/messaging/v1/orders/{_}"))
    assert len(desk.upstream.received) <= 60 + 20 + 60 * 0.2 + 1


@pytest.mark.parametrize("status", [401, 403])
async def test_an_expired_token_is_renewed_once_and_the_call_repeated(desk, status):
    desk.upstream.script = [json_answer(status, EXPIRED), json_answer(200)]
    answer = await desk.call("POST", "/feeds/2021-06-30/feeds", body=b"{}")
    assert answer.status == 200
    assert desk.tokens() == ["Atza|access-1", "Atza|access-2"]


async def test_a_token_refused_twice_is_amazons_answer(desk):
    desk.upstream.otherwise = lambda _received: json_answer(403, EXPIRED)
    answer = await desk.call()
    assert (answer.status, await answer.read()) == (403, EXPIRED)
    assert len(desk.upstream.received) == 2


async def test_a_missing_role_is_not_mended_by_a_new_token(desk):
    desk.upstream.script = [json_answer(403, DENIED)]
    answer = await desk.call()
    assert (answer.status, await answer.read(), answer.is_at_end) == (403, DENIED, True)
    assert len(desk.upstream.received) == 1


async def test_when_the_renewal_shows_that_the_seller_withdrew_that_is_the_answer(desk):
    await desk.call()
    desk.upstream.script = [json_answer(403, EXPIRED)]
    desk.source.refusals["acc-na"] = CallRefusedError("reauthorization_required", "connect again")
    with pytest.raises(CallRefusedError, match="connect again"):
        await desk.call()


async def test_when_no_other_token_can_be_had_amazons_answer_is_passed_on_whole(desk):
    await desk.call()
    desk.upstream.script = [json_answer(403, EXPIRED)]
    desk.source.fault = Unavailable("token-svc is away")
    answer = await desk.call()
    assert (answer.status, await answer.read()) == (403, EXPIRED)


async def test_the_right_kind_of_credential_by_operation(desk):
    await desk.call(path="/orders/v0/orders")
    await desk.call(path="/orders/v0/orders", data_elements=("buyerInfo",))
    await desk.call(path="/orders/v0/orders/1/address")
    await desk.call(path="/notifications/v1/destinations")
    kinds = [token.split("|")[1].rsplit("-", 1)[0] for token in desk.tokens()]
    assert kinds == ["access", "restricted", "restricted", "grantless"]
    assert desk.source.issued[1].resources == (RestrictedResource("GET", "/orders/v0/orders", ("buyerInfo",)),)
    assert desk.source.issued[2].resources == (RestrictedResource("GET", "/orders/v0/orders/{orderId}/address"),)
    assert desk.source.issued[3][1:4] == (None, "default", "sellingpartnerapi::notifications")


async def test_data_elements_an_operation_does_not_have_are_refused(desk):
    for path in ("/orders/v0/orders/1/orderItems", "/orders/2026-01-01/orders"):
        with pytest.raises(CallRefusedError) as refusal:
            await desk.call(path=path, data_elements=("shippingAddress",))
        assert refusal.value.code == "invalid_header"
    assert desk.upstream.received == []


async def test_a_report_document_gets_a_restricted_token_only_when_it_is_restricted(desk):
    path = "/reports/2021-06-30/documents/doc-1"
    desk.upstream.script = [json_answer(200), json_answer(403, DENIED), json_answer(200, b"doc")]
    await desk.call(path=path)
    answer = await desk.call(path=path)
    assert await answer.read() == b"doc"
    assert [token.split("|")[1].rsplit("-", 1)[0] for token in desk.tokens()] == ["access", "access", "restricted"]
    assert desk.source.issued[-1].resources == (RestrictedResource("GET", path),)


async def test_a_streamed_body_is_sent_once_and_never_again(desk):
    async def body():
        yield b"one"
        yield b"two"

    desk.upstream.script = [json_answer(429, THROTTLED)]
    answer = await desk.call("PUT", "/listings/2021-08-01/items/A1/sku", body=body())
    assert answer.status == 429
    assert [received.body for received in desk.upstream.received] == [b"onetwo"]


async def test_silence_ends_at_the_deadline(desk):
    desk.upstream.hang = True
    with pytest.raises(Timeout):
        await desk.call(seconds=0.01)


async def test_without_patience_a_failure_is_not_repeated(desk):
    desk.upstream.script = [json_answer(503), json_answer(200)]
    assert (await desk.call(patience=0.0)).status == 503
