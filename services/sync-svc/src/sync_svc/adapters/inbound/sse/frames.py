"""Events as frames of text/event-stream."""

from typing import Final

from sync_svc.application.ports.event_log import LoggedEvent

HEARTBEAT: Final = b": heartbeat\n\n"
_NAMES: Final = {
    "sync-svc.order.changed.v1": b"order.changed",
    "sync-svc.inventory.changed.v1": b"inventory.changed",
    "sync-svc.account.changed.v1": b"account.changed",
    "sync-svc.run.started.v1": b"sync.progress",
    "sync-svc.run.progressed.v1": b"sync.progress",
    "sync-svc.run.completed.v1": b"sync.completed",
    "sync-svc.run.failed.v1": b"sync.completed",
}


def frame_of(event: LoggedEvent) -> bytes | None:
    """Return the frame of an event, or None for a type that is not shown. JSON has no raw line break, so one data line does."""
    name = _NAMES.get(event.type)
    if name is None:
        return None
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.sequence, name, event.data.replace(b"\n", b" "))


def opening(place: int) -> bytes:
    """Return the first frame: when to come back, and the place from which nothing is missed."""
    return b"retry: 2000\nid: %d\n\n" % place


def reset(place: int) -> bytes:
    """Return the frame that says: what you missed is no longer kept, read everything anew."""
    return b'id: %d\nevent: reset\ndata: {"reason":"too_old"}\n\n' % place
