"""Rules that hold for every test of the workspace."""

import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import simulator  # noqa: F401 - before pytest takes the folder simulator/ for a namespace package of that name

pytest_plugins = ["sellerport_stack.testing"]

# A busy machine is slow, which is no failure, and the same commit gives the same examples each time.
settings.register_profile("sellerport", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sellerport")


class _NetworkInUnitTestError(RuntimeError):
    """A unit test reached for the network."""


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unit tests run without I/O: opening a connection fails loudly."""
    if "unit" not in Path(str(request.node.fspath)).parts:
        return

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise _NetworkInUnitTestError("a unit test tried to open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
