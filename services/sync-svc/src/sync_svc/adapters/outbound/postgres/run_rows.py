"""A run as a row, and back."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Row

from sync_svc.domain.dataset import Dataset, Mode, Trigger
from sync_svc.domain.run import Checkpoint, Run, RunState

COLUMNS: Final = (
    "tenant",
    "id",
    "account_id",
    "dataset",
    "slot",
    "trigger",
    "state",
    "epoch",
    "lease_until",
    "not_before",
    "checkpoint",
    "attempts",
    "pages",
    "items",
    "changed",
    "error_code",
    "error_detail",
    "created_at",
    "requested_at",
    "started_at",
    "finished_at",
)
READ: Final = "SELECT " + ", ".join(f"{name}::text" if name == "checkpoint" else name for name in COLUMNS) + " FROM runs"  # noqa: S608 - own names


class _Stored(msgspec.Struct, kw_only=True):
    mode: str
    since: datetime | None = None
    watermark: datetime | None = None
    cursor: str | None = None
    cursor_at: datetime | None = None
    remaining: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    restarts: int = 0


def to_row(run: Run) -> dict[str, Any]:
    """Return the values by column; the checkpoint as JSON text."""
    values: dict[str, Any] = {name: getattr(run, name) for name in COLUMNS}
    values |= {"dataset": run.dataset.value, "trigger": run.trigger.value, "state": run.state.value}
    values["checkpoint"] = msgspec.json.encode(run.checkpoint).decode() if run.checkpoint else None
    return values


def from_row(row: Row[Any]) -> Run:
    """Return the run that a row of `COLUMNS` (checkpoint as text) holds."""
    values: dict[str, Any] = {**dict(zip(COLUMNS, row, strict=True))}
    values |= {"dataset": Dataset(values["dataset"]), "trigger": Trigger(values["trigger"]), "state": RunState(values["state"])}
    if values["checkpoint"] is not None:
        stored = msgspec.json.decode(values["checkpoint"], type=_Stored)
        values["checkpoint"] = Checkpoint(
            mode=Mode(stored.mode),
            since=stored.since,
            watermark=stored.watermark,
            cursor=stored.cursor,
            cursor_at=stored.cursor_at,
            remaining=stored.remaining,
            marketplaces=stored.marketplaces,
            restarts=stored.restarts,
        )
    return Run(**values)
