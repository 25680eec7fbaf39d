"""The cache's figures for Prometheus."""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from token_svc.application.queries.cache_stats import CacheStats

_COUNTS: Final = {
    "hits": "Grants answered from memory.",
    "misses": "Grants that memory did not have.",
    "refreshes": "Grants made by this replica.",
    "waits": "Refreshes that another replica was waited for.",
    "degraded": "Refreshes made without the shared store.",
    "errors": "Requests that ended without a grant, by slug.",
}


class CacheMetrics(Collector):
    """Reads the same figures as `GET /v1/cache` whenever Prometheus asks."""

    def __init__(self, stats: CacheStats) -> None:
        self._stats = stats

    def collect(self) -> Iterator[Metric]:
        report = self._stats()
        sizes = GaugeMetricFamily("token_cache_entries", "Entries by kind.", labels=["kind"])
        for kind, count in report.sizes.items():
            sizes.add_metric([kind], count)
        yield sizes
        for name, text in _COUNTS.items():
            counter = CounterMetricFamily(f"token_cache_{name}", text, labels=["kind"])
            counts: Mapping[str, int] = getattr(report, name)
            for kind, count in counts.items():
                counter.add_metric([kind], count)
            yield counter
