"""Looks for due work, again and again."""

from svc_kit.clock import Clock
from svc_kit.errors import PortError
from svc_kit.logs import get_logger
from sync_svc.application.commands.schedule_runs import ScheduleRuns


class SchedulerLoop:
    """Runs `ScheduleRuns` every `pause_seconds`; outlives the store's absence."""

    def __init__(self, schedule: ScheduleRuns, clock: Clock, *, pause_seconds: float) -> None:
        self._schedule = schedule
        self._clock = clock
        self._pause = pause_seconds

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self._schedule()
            except PortError as error:
                get_logger().warning("scheduler_waits", error=type(error).__name__, detail=error.detail)
            except Exception as error:  # noqa: BLE001 - a bug in one look must not end scheduling; it is reported
                get_logger().error("scheduler_failed", exc_info=error)
            await self._clock.sleep(self._pause)
