"""The operator's commands on account-svc's keys, as processes of this machine that can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping


class Keys:
    """Runs `python -m account_svc keys …` with the settings of a stack."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = {**settings, "PATH": os.environ["PATH"], "LOG_LEVEL": "WARNING"}

    async def start(self, line: str) -> asyncio.subprocess.Process:
        """Start a command; its standard output can be read line by line."""
        command = (sys.executable, "-m", "account_svc", "keys", *line.split())
        return await asyncio.create_subprocess_exec(*command, env=self._settings, stdout=asyncio.subprocess.PIPE)

    async def run(self, line: str) -> str:
        """Return what a command said; it must have done all of it."""
        process = await self.start(line)
        said = (await process.communicate())[0].decode()
        assert process.returncode == 0, f"keys {line}: {said}"
        return said

    async def run_killed(self, line: str, *, after: str) -> str:
        """Kill -9 a command as soon as a line contains `after`; return the first line that it said."""
        process = await self.start(line)
        assert process.stdout is not None
        first = said = (await process.stdout.readline()).decode()
        while after not in said:
            assert said, f"keys {line} ended before it said {after!r}"
            said = (await process.stdout.readline()).decode()
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        return first
