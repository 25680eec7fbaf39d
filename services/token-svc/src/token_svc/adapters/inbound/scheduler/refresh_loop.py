"""Refreshing ahead, every few seconds."""

from typing import Final

from svc_kit.clock import Clock
from svc_kit.logs import get_logger
from token_svc.application.commands.refresh_ahead import RefreshAhead

PERIOD: Final = 5.0


async def refresh_for_ever(refresh: RefreshAhead, clock: Clock) -> None:
    """Call `refresh` every `PERIOD` seconds until cancelled; a fault of one round does not end the next."""
    while True:
        await clock.sleep(PERIOD)
        try:
            refresh()
        except Exception as error:  # noqa: BLE001 - the loop must go on; the fault is reported
            get_logger().error("refresh_round_failed", exc_info=error)
