"""One stack for all journeys; people, sellers and accounts of their own for each."""

import os
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from harness.backend import Backend
from harness.simulator import Simulator
from harness.world import World

BACKENDS = ("processes", "containers")


def pytest_report_header() -> str:
    return f"journeys run on: {os.environ.get('STACK', 'processes')}"


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The stack that STACK names; both kinds keep the same promises."""
    kind = os.environ.get("STACK") or "processes"
    assert kind in BACKENDS, f"STACK must be one of {', '.join(BACKENDS)}"
    if kind == "processes":
        from harness.processes import ProcessBackend as Chosen  # noqa: PLC0415 - the other kind may lack its engine
    else:
        from harness.containers.backend import ContainerBackend as Chosen  # type: ignore[assignment]  # noqa: PLC0415 - the same
    running = Chosen.start_all(tmp_path_factory.mktemp("stack"))
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
async def world(backend: Backend) -> AsyncIterator[World]:
    """A world in which only this test lives."""
    async with (
        httpx.AsyncClient(base_url=backend.addresses.simulator, timeout=60) as control,
        httpx.AsyncClient(timeout=60) as http,
    ):
        made = World(backend, Simulator(control), http)
        yield made
        await made.close()
