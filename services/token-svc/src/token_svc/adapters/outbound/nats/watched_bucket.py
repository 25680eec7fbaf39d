"""A key-value bucket with a copy in memory that follows it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, cast

import nats.errors
import nats.js.errors
from nats.js.api import KeyValueConfig, StorageType
from nats.js.kv import KeyValue

from svc_kit.clock import Clock
from svc_kit.errors import Conflict, Timeout, Unavailable
from svc_kit.logs import get_logger
from svc_kit.messaging import NatsConnection
from svc_kit.tasks import end

_FAULTS: Final = (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError)
_PAUSE: Final = 0.5
_BEAT: Final = "beat"
_HEARING: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A key's latest revision as this replica knows it; `value` is None after a removal, `at` is when it was first seen."""

    revision: int
    value: bytes | None
    at: float


class WatchedBucket:
    """Reads from memory, writes with compare-and-set, and tells who waits for a key when it changes.

    While NATS is away the copy stays as it was and every access to the bucket raises `Unavailable`; when NATS is back
    the copy is made anew, so that what was removed meanwhile is gone here too. The same happens when the connection
    stands but the watcher has gone deaf: every `beat_seconds` a key is written that the watcher must hear of.
    """

    def __init__(
        self,
        connection: NatsConnection,
        clock: Clock,
        *,
        bucket: str,
        max_age_seconds: float,
        replicas: int = 1,
        timeout: float = 1.5,
        beat_seconds: float = 10.0,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._config = KeyValueConfig(
            bucket=bucket, ttl=max_age_seconds, storage=StorageType.FILE, replicas=replicas, direct=False, max_bytes=1 << 28
        )
        self._timeout = timeout
        self._beat_seconds = beat_seconds
        self._kv: KeyValue | None = None
        self._seen: dict[str, Seen] = {}
        self._changed = asyncio.Event()
        self._ready = asyncio.Event()
        self._restart = asyncio.Event()
        self._listeners: list[Callable[[str, Seen | None], None]] = []

    @asynccontextmanager
    async def following(self, *, wait_seconds: float = 3.0) -> AsyncGenerator[None]:
        """Follow the bucket until left; goes on after `wait_seconds`, or at once while NATS is not there."""
        self._connection.on_connect(self._begin_again)
        task = asyncio.create_task(self._follow(), name="bucket-watch")
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds if self._connection.is_connected else 0):
                await self._ready.wait()
        try:
            yield
        finally:
            await end(task)

    def on_change(self, listener: Callable[[str, Seen | None], None]) -> None:
        """Have `listener(key, seen)` called for each change; `seen` is None when the key is no longer known."""
        self._listeners.append(listener)

    def peek(self, key: str) -> Seen | None:
        return self._seen.get(key)

    def keys(self) -> list[str]:
        return [key for key, seen in self._seen.items() if seen.value is not None]

    async def get(self, key: str) -> Seen | None:
        """Return the key as it is stored now (asked of the leader); None when it never was; raises `Unavailable`."""
        kv = self._bucket()
        try:
            async with asyncio.timeout(self._timeout):
                entry = await kv.get(key)
        except nats.js.errors.KeyNotFoundError as error:
            removed = error.entry  # set when the key was removed, None when it never was
            return self._note(key, removed.revision or 0, None) if removed is not None else None
        except _FAULTS as error:
            raise Unavailable("the shared token store did not answer") from error
        return self._note(key, entry.revision or 0, entry.value)

    async def put(self, key: str, value: bytes, *, last: int) -> int:
        """Store a value in place of revision `last` (0: of none) and return the new revision; raises `Conflict`, `Unavailable`."""
        kv = self._bucket()
        try:
            async with asyncio.timeout(self._timeout):
                revision = await kv.update(key, value, last=last)
        except nats.js.errors.KeyWrongLastSequenceError as error:
            raise Conflict("another replica was first") from error
        except _FAULTS as error:
            raise Unavailable("the shared token store did not answer") from error
        self._note(key, revision, value)
        return revision

    async def delete(self, key: str, *, last: int | None = None) -> None:
        """Remove the key, only at revision `last` when given; raises `Conflict`, `Unavailable`."""
        kv = self._bucket()
        try:
            async with asyncio.timeout(self._timeout):
                await kv.delete(key, last=last)
        except nats.js.errors.APIError as error:
            if error.err_code in {10071, 10164}:
                raise Conflict("another replica was first") from error
            raise Unavailable("the shared token store refused") from error
        except _FAULTS as error:
            raise Unavailable("the shared token store did not answer") from error

    async def wait_beyond(self, key: str, revision: int, seconds: float) -> None:
        """Return when a later revision of the key than `revision` has been seen, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (seen := self._seen.get(key)) is None or seen.revision <= revision:
                    await self._changed.wait()

    async def ping(self) -> None:
        """Return when the bucket is being followed; raise `Unavailable` otherwise."""
        self._bucket()

    def _bucket(self) -> KeyValue:
        if self._kv is None or not self._connection.is_connected:
            raise Unavailable("the shared token store cannot be reached")
        return self._kv

    async def _begin_again(self) -> None:
        self._restart.set()

    async def _follow(self) -> None:
        while True:
            try:
                await self._connection.wait_connected()
                self._restart.clear()
                await self._watch()
            except (*_FAULTS, Unavailable, Timeout) as error:
                get_logger().warning("bucket_watch_waits", error=type(error).__name__)
                await asyncio.sleep(_PAUSE)

    async def _watch(self) -> None:
        js = self._connection.jetstream(timeout=self._timeout)
        kv = await js.create_key_value(self._config)
        watcher = await kv.watchall()
        restart = asyncio.ensure_future(self._restart.wait())
        follow = asyncio.ensure_future(self._take(watcher, kv))
        beat = asyncio.ensure_future(self._beat(kv))
        try:
            await asyncio.wait({restart, follow, beat}, return_when=asyncio.FIRST_COMPLETED)
            for ended in (follow, beat):
                if ended.done():
                    self._kv = None
                    ended.result()
        finally:
            for task in (restart, follow, beat):
                task.cancel()
            await asyncio.gather(restart, follow, beat, return_exceptions=True)
            with suppress(Exception):  # leaving: whatever the connection still says of it, nobody is left to be told
                await cast("Any", watcher).stop()

    async def _beat(self, kv: KeyValue) -> None:
        """Write a key now and then; raise `Timeout` when the watcher does not hear of it."""
        await self._ready.wait()
        while True:
            await asyncio.sleep(self._beat_seconds)
            async with asyncio.timeout(_HEARING):
                revision = await kv.put(_BEAT, b"")
            await self.wait_beyond(_BEAT, revision - 1, _HEARING)
            if (heard := self._seen.get(_BEAT)) is None or heard.revision < revision:
                raise Timeout("the watcher of the bucket has gone deaf")

    async def _take(self, watcher: KeyValue.KeyWatcher, kv: KeyValue) -> None:
        current: set[str] = set()
        while (entry := await watcher._updates.get()) is not None:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its public reader times out
            if isinstance(entry, KeyValue.Entry):
                current.add(entry.key)
                self._note(entry.key, entry.revision or 0, None if entry.operation else entry.value)
        for key in set(self._seen) - current:
            del self._seen[key]
            self._tell(key, None)
        self._kv = kv
        self._ready.set()
        while True:
            entry = await watcher._updates.get()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - as above
            if isinstance(entry, KeyValue.Entry):
                self._note(entry.key, entry.revision or 0, None if entry.operation else entry.value)

    def _note(self, key: str, revision: int, value: bytes | None) -> Seen:
        known = self._seen.get(key)
        if known is not None and known.revision >= revision:
            return known
        seen = Seen(revision=revision, value=value, at=self._clock.monotonic())
        self._seen[key] = seen
        self._tell(key, seen)
        return seen

    def _tell(self, key: str, seen: Seen | None) -> None:
        for listener in self._listeners:
            listener(key, seen)
        self._changed.set()
        self._changed = asyncio.Event()
