import os
import signal
import sys
import threading
import time

import pytest

from sellerport_stack.processes import Process, ProcessSpec, StartError
from sellerport_stack.processes.steps import CancelledError, Step, run_steps
from sellerport_stack.processes.supervisor import Supervisor
from sellerport_stack.state.pids import PidRecords

_SERVE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); print('serving', flush=True); time.sleep(600)"
_DIE = "print('no such table: orders', flush=True); raise SystemExit(3)"


def serving(tmp_path, name, *, stage=0):
    mark = tmp_path / f"{name}.up"
    return ProcessSpec(
        name=name,
        argv=(sys.executable, "-c", _SERVE, str(mark)),
        log=tmp_path / f"{name}.log",
        ready=mark.exists,
        stage=stage,
        cure="try harder",
    )


def dying(tmp_path):
    argv = (sys.executable, "-c", _DIE)
    return ProcessSpec(name="dying", argv=argv, log=tmp_path / "dying.log", ready=lambda: False, cure="run `migrate`")


@pytest.fixture
def told():
    return []


@pytest.fixture
def supervisor(tmp_path, told):
    (tmp_path / "pids").mkdir()
    made = Supervisor(PidRecords(tmp_path / "pids"), told.append)
    yield made
    made.kill()


def until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.02)


def test_a_program_that_dies_is_told_with_its_last_words_and_the_cure(tmp_path, supervisor):
    with pytest.raises(StartError, match=r"(?s)dying ended with status 3.*no such table: orders.*cure: run `migrate`"):
        supervisor.launch(dying(tmp_path))


def test_a_fallen_program_is_started_again(tmp_path, supervisor, told):
    process = supervisor.launch(serving(tmp_path, "worker"))
    supervisor.watch()
    first = process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: process.is_running and process.pid != first)
    assert "worker fell (status -9)" in told[0]


def test_a_program_that_was_killed_on_purpose_stays_down_until_restarted(tmp_path, supervisor, told):
    process = supervisor.launch(serving(tmp_path, "worker"))
    supervisor.watch()
    process.kill()
    other = supervisor.launch(serving(tmp_path, "other"))
    other.crash()
    until(lambda: other.is_running)  # the watcher has looked at both by now
    assert not process.is_running
    process.restart()
    assert process.is_running


def test_a_program_stopped_since_it_was_looked_at_is_not_started_again(tmp_path, supervisor):
    process = supervisor.launch(serving(tmp_path, "worker"))
    process.crash()
    assert process.start_again()
    assert not process.start_again()
    process.kill()
    assert not process.start_again()
    assert not process.is_running


def test_stages_stop_in_reverse_and_nothing_is_left(tmp_path, supervisor):
    low, high = supervisor.launch(serving(tmp_path, "low")), supervisor.launch(serving(tmp_path, "high", stage=1))
    supervisor.stop()
    assert not low.is_running
    assert not high.is_running
    assert list((tmp_path / "pids").iterdir()) == []
    with pytest.raises(StartError, match="being stopped"):
        supervisor.launch(serving(tmp_path, "late"))


def test_children_of_a_program_end_with_it(tmp_path, supervisor):
    code = "import subprocess; c = subprocess.Popen(['sleep', '600']); print(c.pid, flush=True); c.wait()"
    log = tmp_path / "parent.log"
    spec = ProcessSpec(name="parent", argv=(sys.executable, "-c", code), log=log, ready=lambda: log.read_text().endswith("\n"))
    process = supervisor.launch(spec)
    child = int(log.read_text())
    process.stop()
    until(lambda: not _runs(child))


def _runs(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a one-liner
            return file.read().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or while it was read
        return False


def test_a_cancelled_start_does_not_wait(tmp_path):
    never = ProcessSpec(
        name="never", argv=(sys.executable, "-c", "import time; time.sleep(600)"), log=tmp_path / "log", ready=lambda: False
    )
    process, cancelled = Process(never), threading.Event()
    process.start()
    cancelled.set()
    with pytest.raises(StartError, match="cancelled"):
        process.wait_ready(cancelled)
    process.kill()


def test_steps_wait_for_one_another_and_the_first_failure_stops_the_rest():
    done = []

    def fail():
        raise StartError("broken")

    steps = [Step("a", lambda: done.append("a")), Step("b", lambda: done.append("b"), ("a",)), Step("c", fail, ("b",))]
    steps.append(Step("d", lambda: done.append("d"), ("c",)))
    with pytest.raises(StartError, match="broken"):
        run_steps(steps, threading.Event())
    assert done == ["a", "b"]


def test_cancelled_steps_do_not_begin():
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(CancelledError):
        run_steps([Step("a", lambda: None)], cancelled)
