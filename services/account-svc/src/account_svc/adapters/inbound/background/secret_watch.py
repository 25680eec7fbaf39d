"""Counts down to the day on which Amazon stops accepting a client secret."""

from collections.abc import Iterator
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from account_svc.application.application_use_cases import ApplicationUseCases
from account_svc.domain.application import WARN_DAYS
from account_svc.domain.identifiers import ApplicationId
from svc_kit.clock import Clock
from svc_kit.logs import get_logger

PERIOD: Final = 60.0


class ClientSecretExpiresSoonError(Exception):
    """An application's last secret expires within thirty days, or has; an operator must rotate it."""


class SecretWatch(Collector):
    """Looks at every application each minute: moves up secrets that are due, and tells how many days each has left."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._days: dict[ApplicationId, int] = {}

    async def run(self, applications: ApplicationUseCases) -> None:
        """Look until cancelled. Raises `Conflict`, `Unavailable`: whoever runs it begins again."""
        while True:
            await self.look(applications)
            await self._clock.sleep(PERIOD)

    async def look(self, applications: ApplicationUseCases) -> None:
        """Look once."""
        await applications.promote_secret.all_due()
        now = self._clock.now()
        left = {application.id: application.days_left(now) for application in await applications.list()}
        known = {name: days for name, days in left.items() if days is not None}
        for name, days in known.items():
            if days <= WARN_DAYS and self._days.get(name) != days:
                get_logger().error("client_secret_expires", alarm=True, application=name, days_left=days)
        self._days = known

    async def probe(self) -> None:
        """Return while every application has more than thirty days; raise `ClientSecretExpiresSoonError` otherwise."""
        if any(days <= WARN_DAYS for days in self._days.values()):
            raise ClientSecretExpiresSoonError

    def collect(self) -> Iterator[Metric]:
        gauge = GaugeMetricFamily(
            "application_secret_days_left", "Days until no client secret of the application works.", labels=["application"]
        )
        for name, days in self._days.items():
            gauge.add_metric([name], days)
        yield gauge
