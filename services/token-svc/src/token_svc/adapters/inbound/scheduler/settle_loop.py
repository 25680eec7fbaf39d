"""Bringing home what account-svc does not hold yet, every few seconds."""

from collections.abc import Awaitable, Callable
from typing import Final

from svc_kit.clock import Clock
from svc_kit.logs import get_logger

PERIOD: Final = 3.0


async def settle_for_ever(settle: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Call `settle` every `PERIOD` seconds until cancelled; a fault of one round does not end the next."""
    while True:
        await clock.sleep(PERIOD)
        try:
            await settle()
        except Exception as error:  # noqa: BLE001 - the loop must go on; the fault is reported
            get_logger().error("settling_failed", exc_info=error)
