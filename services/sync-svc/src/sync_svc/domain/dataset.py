"""What is kept in step with Amazon, and how urgently."""

from enum import StrEnum


class Dataset(StrEnum):
    """A kind of data that is synchronised per account."""

    ORDERS = "orders"
    INVENTORY = "inventory"


class Trigger(StrEnum):
    """Why a run exists."""

    CONNECTED = "connected"
    SCHEDULED = "scheduled"
    MANUAL = "manual"


class Mode(StrEnum):
    """How much a run reads: everything, or what changed since the last one."""

    BACKFILL = "backfill"
    INCREMENTAL = "incremental"


class Lane(StrEnum):
    """The gateway's priority lane for the calls of a run."""

    BACKFILL = "backfill"
    SYNC = "sync"
    INTERACTIVE = "interactive"


def lane_of(trigger: Trigger, mode: Mode) -> Lane:
    """Return the lane: a person who waits goes first, a backfill last."""
    if mode is Mode.BACKFILL:
        return Lane.BACKFILL
    return Lane.INTERACTIVE if trigger is Trigger.MANUAL else Lane.SYNC
