"""The stack that the browser looks at: one that is up already, or one of our own."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from sellerport_stack import Stack, StackConfig
from sellerport_stack.ports import HIGHEST_BASE, SPAN
from sellerport_stack.servers.ports import is_taken, reserve
from sellerport_stack.servers.scratch import scratch_folder
from sellerport_stack.state.folder import StateFolder

_PROJECT: Final = Path(__file__).resolve().parents[3]
_FIRST_BASE: Final = 22700
_SETTINGS: Final = {
    "simulator": {"SIM_DEMO": "off"},
    "sync-svc": {"SYNC_INTERVAL_SECONDS": "3", "SYNC_INTERVAL_FLOOR_SECONDS": "1"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the page and the simulator's controls are, and whether a demo goes on there."""

    front_door: str
    simulator: str
    has_demo: bool


@contextmanager
def running_stack() -> Iterator[Addresses]:
    """Yield the stack of STATE_DIR when it is up; else start one with its page and stop it in the end."""
    found = _already_up(_PROJECT / os.environ.get("STATE_DIR", ".stack") / "endpoints.json")
    if found is not None:
        yield found
        return
    with scratch_folder() as folder:
        stack = Stack(StackConfig(port_base=_free_base(), state=StateFolder(folder / "state")), demo=False, env=_SETTINGS)
        stack.start()
        try:
            assert stack.page_failure is None, stack.page_failure
            yield _addresses(stack.endpoints)
        finally:
            stack.stop()


def _already_up(file: Path) -> Addresses | None:
    try:
        found = _addresses(json.loads(file.read_text()))
        alive = httpx.get(found.front_door, timeout=5).is_success
    except (OSError, httpx.HTTPError, ValueError):
        return None
    return found if alive else None


def _addresses(endpoints: dict[str, Any]) -> Addresses:
    return Addresses(
        front_door=endpoints["front_door"], simulator=endpoints["simulator"], has_demo=endpoints["tokens"]["seller"] is not None
    )


def _free_base() -> int:
    for base in range(_FIRST_BASE, HIGHEST_BASE, SPAN):
        if not any(is_taken(base + offset) for offset in range(SPAN)) and reserve(base):
            return base
    raise RuntimeError(f"no {SPAN} free ports in a row")
