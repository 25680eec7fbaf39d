"""Thousands of callers at once, from a few driver processes."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_DRIVERS: Final = 4
_CALLER: Final = Path(__file__).with_name("caller.py")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many got which status, the distinct bodies, and how many got none because their server went away."""

    statuses: Counter[int]
    bodies: list[Any]
    broken: int


class Crowd:
    """Callers that stand connected; `ask` has all of them ask at once."""

    def __init__(self, drivers: Sequence[asyncio.subprocess.Process]) -> None:
        self._drivers = drivers

    @classmethod
    @asynccontextmanager
    async def gathered(
        cls, urls: Sequence[str], *, each: int, path: str, headers: dict[str, str], body: dict[str, Any]
    ) -> AsyncIterator["Crowd"]:
        """Connect `each` callers to every one of `urls`, and send them home at the end."""
        drivers = []
        try:
            for number in range(min(_DRIVERS, len(urls))):
                pipe = asyncio.subprocess.PIPE
                driver = await asyncio.create_subprocess_exec(sys.executable, str(_CALLER), stdin=pipe, stdout=pipe, limit=1 << 24)
                drivers.append(driver)
                _tell(driver, {"urls": urls[number::_DRIVERS], "each": each, "path": path, "headers": headers, "body": body})
            for driver in drivers:
                assert await _line(driver) == b"ready\n"
            yield cls(drivers)
        finally:
            for driver in drivers:
                if driver.returncode is None:
                    driver.kill()
                await driver.wait()

    async def ask(self) -> Outcome:
        """Have all ask now; return what came of it."""
        for driver in self._drivers:
            _tell(driver, "go")
        told = [json.loads(await _line(driver)) for driver in self._drivers]
        statuses: Counter[int] = Counter()
        for one in told:
            statuses.update({int(status): count for status, count in one["statuses"].items()})
        bodies = {body for one in told for body in one["bodies"]}
        return Outcome(statuses, [json.loads(body) for body in sorted(bodies)], sum(one["broken"] for one in told))


def _tell(driver: asyncio.subprocess.Process, what: Any) -> None:
    assert driver.stdin
    driver.stdin.write(json.dumps(what).encode() + b"\n")


async def _line(driver: asyncio.subprocess.Process) -> bytes:
    assert driver.stdout
    return await driver.stdout.readline()
