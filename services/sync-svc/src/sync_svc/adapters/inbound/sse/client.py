"""One connected reader."""

import asyncio
from collections import deque
from typing import Final

from sync_svc.adapters.inbound.sse.frames import HEARTBEAT

QUEUE_LENGTH: Final = 1024


class Client:
    """A bounded queue of frames for one reader of one tenant.

    Frames up to `after` are passed over: the reader has them, or gets them from the log. A reader that lets the queue
    fill up is dropped; it comes back with its last id and misses nothing.
    """

    def __init__(self, tenant: str, after: int) -> None:
        self.tenant = tenant
        self.after = after
        self.is_dropped = False
        self._frames: deque[bytes] = deque()
        self._news = asyncio.Event()

    def offer(self, place: int, frame: bytes) -> None:
        """Queue the frame of a place, or drop the reader when there is no room."""
        if place <= self.after:
            return
        if len(self._frames) >= QUEUE_LENGTH:
            self.drop()
            return
        self._frames.append(frame)
        self._news.set()

    def beat(self) -> None:
        """Queue a heartbeat unless something is waiting anyway."""
        if not self._frames:
            self._frames.append(HEARTBEAT)
            self._news.set()

    def drop(self) -> None:
        """End the stream after what is queued is gone."""
        self.is_dropped = True
        self._news.set()

    async def take(self) -> bytes | None:
        """Return all queued frames in one piece as soon as there are any, or None when the stream ends."""
        if not self._frames and not self.is_dropped:
            await self._news.wait()
        self._news.clear()
        if not self._frames:
            return None
        frames = b"".join(self._frames)
        self._frames.clear()
        return frames
