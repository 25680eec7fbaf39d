"""Makes sure that a stream exists as it should."""

from datetime import timedelta
from typing import Literal

from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError

_RETENTION = {"limits": RetentionPolicy.LIMITS, "workqueue": RetentionPolicy.WORK_QUEUE, "interest": RetentionPolicy.INTEREST}


async def ensure_stream(
    js: JetStreamContext,
    name: str,
    subjects: list[str],
    *,
    retention: Literal["limits", "workqueue", "interest"] = "limits",
    max_age: timedelta = timedelta(days=7),
    duplicate_window: timedelta = timedelta(minutes=10),
    replicas: int = 1,
    max_bytes: int = 1 << 30,
) -> None:
    """Create the stream, or bring an existing one to these settings; safe to call from every replica at once."""
    wanted = StreamConfig(
        name=name,
        subjects=subjects,
        retention=_RETENTION[retention],
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD if retention == "limits" else DiscardPolicy.NEW,
        max_age=max_age.total_seconds(),
        duplicate_window=duplicate_window.total_seconds(),
        num_replicas=replicas,
        max_bytes=max_bytes,
    )
    try:
        info = await js.stream_info(name)
    except NotFoundError:
        await js.add_stream(wanted)
        return
    config = info.config
    same = set(config.subjects or []) == set(subjects) and config.max_age == wanted.max_age and config.max_bytes == max_bytes
    if not same or config.duplicate_window != wanted.duplicate_window:
        await js.update_stream(wanted)
