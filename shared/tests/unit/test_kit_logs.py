import json
import logging

import pytest
import structlog

from svc_kit import logs


@pytest.fixture(autouse=True)
def _restore_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "fields",
    [
        {"refresh_token": "hush"},
        {"client_secret": "hush"},
        {"body": {"access_token": "hush"}},
        {"items": [{"password": "hush"}]},
        {"detail": "got Atzr|hush"},
        {"detail": "sent Bearer hush"},
        {"headers": {"Authorization": "Basic hush"}},
    ],
)
def test_a_planted_secret_does_not_reach_the_log(fields, capsys):
    logs.configure("test")
    logs.get_logger().info("event", **fields)
    line = capsys.readouterr().out
    assert "hush" not in line
    assert json.loads(line)["service"] == "test"


def test_records_of_the_standard_library_are_redacted_too(capsys):
    logs.configure("test")
    logging.getLogger("vendor").warning("token was Atza|hush")
    assert "hush" not in capsys.readouterr().out


def test_context_ids_stand_on_every_line(capsys):
    logs.configure("test")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        logs.get_logger().info("event")
    assert json.loads(capsys.readouterr().out)["request_id"] == "r-1"
