import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from sellerport_stack.state.lock import AlreadyRunningError, holder, only_one
from sellerport_stack.state.pids import PidRecords

_SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")
_DEAF = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
)


@pytest.fixture
def bystander():
    """A process that nobody may touch."""
    child = subprocess.Popen(_SLEEP, start_new_session=True)
    yield child
    child.kill()
    child.wait()


def test_what_a_killed_supervisor_left_behind_is_ended(tmp_path):
    left = subprocess.Popen(_SLEEP, start_new_session=True)
    PidRecords(tmp_path).note("worker", left.pid, signal.SIGTERM)
    assert PidRecords(tmp_path).sweep() == ["worker"]
    assert left.wait(30) == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_got_the_id_of_an_old_one_is_left_alone(tmp_path, bystander):
    PidRecords(tmp_path).note("worker", bystander.pid, signal.SIGTERM)
    record = json.loads((tmp_path / "worker.json").read_text())
    (tmp_path / "worker.json").write_text(json.dumps({**record, "started": record["started"] - 60}))
    assert PidRecords(tmp_path).sweep() == []
    assert bystander.poll() is None


def test_damaged_records_are_forgotten(tmp_path, bystander):
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text("[]")
    (tmp_path / "c.json").write_text(json.dumps({"pid": bystander.pid}))
    assert PidRecords(tmp_path).sweep() == []
    assert list(tmp_path.iterdir()) == []
    assert bystander.poll() is None


def test_a_process_that_does_not_listen_is_killed(tmp_path):
    deaf = subprocess.Popen(_DEAF, start_new_session=True, stdout=subprocess.PIPE)
    deaf.stdout.readline()
    PidRecords(tmp_path).note("deaf", deaf.pid, signal.SIGTERM)
    assert PidRecords(tmp_path, polite_seconds=0.2).sweep() == ["deaf"]
    assert deaf.wait(30) == -signal.SIGKILL
    deaf.stdout.close()


def test_a_folder_has_one_supervisor(tmp_path):
    with only_one(tmp_path / "lock"):
        assert holder(tmp_path / "lock") == os.getpid()
        with pytest.raises(AlreadyRunningError), only_one(tmp_path / "lock"):
            pass
    assert holder(tmp_path / "lock") is None


def test_a_killed_supervisor_holds_nothing(tmp_path):
    code = "import sys, time; from pathlib import Path; from sellerport_stack.state.lock import only_one\n"
    code += "with only_one(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    child.stdout.readline()
    assert holder(tmp_path / "lock") == child.pid
    psutil.Process(child.pid).kill()
    child.wait()
    child.stdout.close()
    assert holder(tmp_path / "lock") is None
