"""What every recorder of calls promises, whatever it keeps of them."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from spapi_gateway.adapters.outbound.jsonlines.call_recorder import JsonLinesCallRecorder
from spapi_gateway.adapters.outbound.memory.call_recorder import MemoryCallRecorder
from spapi_gateway.adapters.outbound.prometheus.call_recorder import PrometheusCallRecorder
from spapi_gateway.application.ports.call_recorder import CallRecord
from svc_kit.clock import ManualClock

GOOD = CallRecord(
    request_id="r-1",
    door="sellerport",
    method="GET",
    caller="sync-svc",
    tenant="demo",
    account="acc-1",
    region="NA",
    operation="orders.getOrders",
    lane="sync",
    status=200,
    source="upstream",
    attempts=2,
    waited=0.5,
    seconds=0.7,
    upstream_request_id="amzn-1",
)
REFUSED = replace(GOOD, operation="unmatched", status=404, source="gateway", code="operation_not_found", attempts=0)


class InMemory:
    """The fake."""

    def __init__(self):
        self.recorder = MemoryCallRecorder()

    def counted(self):
        return Counter((call.operation, call.method, call.status, call.source) for call in self.recorder.calls)


class InJsonLines:
    """The audit lines, as their reader takes them."""

    def __init__(self):
        self.written = bytearray()
        self.recorder = JsonLinesCallRecorder(self.written.extend, ManualClock())

    def counted(self):
        self.recorder.flush()
        calls = [json.loads(line)["call"] for line in self.written.splitlines()]
        return Counter((call["operation"], call["method"], call["status"], call["source"]) for call in calls)


class InPrometheus:
    """The figures, as they are scraped."""

    def __init__(self):
        self.registry = CollectorRegistry()
        self.recorder = PrometheusCallRecorder(self.registry)

    def counted(self):
        samples = [sample for metric in self.registry.collect() for sample in metric.samples if sample.name == "spapi_calls_total"]
        found = {
            tuple(sample.labels[name] for name in ("operation", "method", "status", "source")): int(sample.value) for sample in samples
        }
        return Counter({(operation, method, int(status), source): n for (operation, method, status, source), n in found.items()})


@pytest.fixture(params=[InMemory, InJsonLines, InPrometheus], ids=["memory", "jsonlines", "prometheus"])
def books(request):
    return request.param()


def key(call: CallRecord):
    return (call.operation, call.method, call.status, call.source)


async def test_nothing_was_called_until_something_was(books):
    assert books.counted() == Counter()


async def test_each_call_counts_once_under_what_it_was(books):
    for call in (GOOD, REFUSED, replace(GOOD, status=429), replace(GOOD, method="POST"), GOOD):
        books.recorder.record(call)
    expected = {key(GOOD): 2, key(REFUSED): 1, key(replace(GOOD, status=429)): 1, key(replace(GOOD, method="POST")): 1}
    assert books.counted() == Counter(expected)


async def test_a_call_is_taken_down_as_it_was_then(books):
    call = replace(GOOD)
    books.recorder.record(call)
    call.status, call.operation = 500, "something.else"
    assert books.counted() == Counter([key(GOOD)])


async def test_many_calls_of_many_kinds_are_all_counted(books):
    calls = [replace(GOOD, operation=f"api.operation{number % 2600}", status=200 + number % 3) for number in range(8000)]
    for call in calls:
        books.recorder.record(call)
    assert books.counted() == Counter(key(call) for call in calls)


@pytest.mark.parametrize(
    "call",
    [
        CallRecord(request_id="", door="", method=""),
        replace(GOOD, operation='ä"\\\n{}', method="BREW", caller="\x00\x1b"),
        replace(GOOD, status=-1, attempts=10**9, waited=-1.0, seconds=1e300),
    ],
    ids=["nothing known", "odd texts", "odd numbers"],
)
async def test_no_call_is_too_odd_to_be_taken_down(books, call):
    books.recorder.record(call)
    assert books.counted() == Counter([key(call)])


async def test_lines_that_nobody_takes_do_not_fail_the_call():
    def refuse(_content: bytes) -> None:
        raise BrokenPipeError

    recorder = JsonLinesCallRecorder(refuse, ManualClock())
    for _ in range(2500):
        recorder.record(GOOD)
    recorder.flush()


async def test_an_audit_line_says_who_called_what_for_whom_and_how_it_ended():
    books = InJsonLines()
    books.recorder.record(GOOD)
    books.recorder.flush()
    [line] = [json.loads(line) for line in books.written.splitlines()]
    assert (line["event"], line["service"], line["level"]) == ("call", "spapi-gateway", "info")
    assert CallRecord(**line["call"]) == GOOD


async def test_the_figures_tell_duration_waits_retries_and_refusals():
    books = InPrometheus()
    for call in (GOOD, REFUSED):
        books.recorder.record(call)

    def value(name: str, **labels: str) -> float | None:
        return books.registry.get_sample_value(name, labels)

    assert value("spapi_call_seconds_sum", operation="orders.getOrders") == 0.7
    assert value("spapi_slot_wait_seconds_count", lane="sync") == 2
    assert value("spapi_retries_total", operation="orders.getOrders") == 1
    assert value("spapi_refusals_total", code="operation_not_found") == 1
