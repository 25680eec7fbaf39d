"""Counts calls in Prometheus' terms."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from spapi_gateway.application.ports.call_recorder import CallRecord

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
_WAITS: Final = (0.01, 0.1, 0.5, 1.0, 5.0, 10.0, 25.0)
_REMEMBERED: Final = 5000


class PrometheusCallRecorder:
    """Implements `CallRecorder`: calls by operation, status and source; their duration; waits for a slot; retries.

    Series are looked up once and kept.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("operation", "method", "status", "source")
        self._calls = Counter("spapi_calls", "Calls ended, by operation and status.", labels, registry=registry)
        self._seconds = Histogram(
            "spapi_call_seconds", "From the request to the answer's last byte.", ("operation",), registry=registry, buckets=_SECONDS
        )
        self._waits = Histogram("spapi_slot_wait_seconds", "Waits for a usage plan's slot.", ("lane",), registry=registry, buckets=_WAITS)
        self._retries = Counter("spapi_retries", "Attempts after the first.", ("operation",), registry=registry)
        self._refusals = Counter("spapi_refusals", "Calls refused by the gateway, by reason.", ("code",), registry=registry)
        self._known: dict[tuple[str, str, int, str], tuple[Counter, Histogram]] = {}

    def record(self, call: CallRecord) -> None:
        key = (call.operation, call.method, call.status, call.source)
        series = self._known.get(key)
        if series is None:
            count = self._calls.labels(call.operation, call.method, str(call.status), call.source)
            series = (count, self._seconds.labels(call.operation))
            if len(self._known) < _REMEMBERED:
                self._known[key] = series
        series[0].inc()
        series[1].observe(call.seconds)
        if call.waited > 0:
            self._waits.labels(call.lane).observe(call.waited)
        if call.attempts > 1:
            self._retries.labels(call.operation).inc(call.attempts - 1)
        if call.code:
            self._refusals.labels(call.code).inc()
