"""What the cache holds and does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from svc_kit.clock import Clock
from token_svc.application.ports.token_cache import TokenCache
from token_svc.application.statistics import Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheReport:
    """Figures of this replica; sizes are the same in all. Ages are in seconds since the grant was issued."""

    sizes: Mapping[str, int]
    hits: Mapping[str, int]
    misses: Mapping[str, int]
    refreshes: Mapping[str, int]
    waits: Mapping[str, int]
    degraded: Mapping[str, int]
    errors: Mapping[str, int]
    oldest_seconds: float | None
    youngest_seconds: float | None


@dataclass(slots=True, kw_only=True)
class CacheStats:
    """Reports sizes, hits, misses, refreshes, errors and ages."""

    cache: TokenCache
    statistics: Statistics
    clock: Clock

    def __call__(self) -> CacheReport:
        """Return the figures as of now."""
        now = self.clock.now()
        known = list(self.cache.known())
        ages = [(now - e.grant.issued_at).total_seconds() for key, e in known if e.grant is not None and key.kind != "rotation"]
        seen = self.statistics
        return CacheReport(
            sizes=dict(Counter(key.kind for key, _ in known)),
            hits=dict(seen.hits),
            misses=dict(seen.misses),
            refreshes=dict(seen.refreshes),
            waits=dict(seen.waits),
            degraded=dict(seen.degraded),
            errors=dict(seen.errors),
            oldest_seconds=max(ages, default=None),
            youngest_seconds=min(ages, default=None),
        )
