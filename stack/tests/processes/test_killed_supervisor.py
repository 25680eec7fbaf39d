import json
import subprocess
import sys
import urllib.request

import psutil
import pytest

from sellerport_stack.processes.supervisor import Supervisor
from sellerport_stack.servers import nats
from sellerport_stack.servers.ports import free_port
from sellerport_stack.state.folder import StateFolder
from sellerport_stack.state.lock import holder, only_one
from sellerport_stack.state.pids import PidRecords

_SUPERVISOR = """
import sys, time
from pathlib import Path
from sellerport_stack.processes.supervisor import Supervisor
from sellerport_stack.servers import nats
from sellerport_stack.state.folder import StateFolder
from sellerport_stack.state.lock import only_one
from sellerport_stack.state.pids import PidRecords
folder, port, monitor = StateFolder(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
with only_one(folder.lock):
    supervisor = Supervisor(PidRecords(folder.pids), print)
    supervisor.launch(nats.spec(port=port, monitor_port=monitor, store=folder.root / "nats", log=folder.log("nats")))
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def killed(tmp_path):
    """A state folder whose supervisor was killed while its server runs on, and that server's ports."""
    folder = StateFolder(tmp_path / "state")
    folder.create()
    port, monitor = free_port(), free_port()
    with subprocess.Popen([sys.executable, "-c", _SUPERVISOR, str(folder.root), str(port), str(monitor)], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"up\n"
        child.kill()
    yield folder, port, monitor
    PidRecords(folder.pids).sweep()


def runs(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def server_id(monitor):
    with urllib.request.urlopen(f"http://127.0.0.1:{monitor}/varz") as answer:
        return json.load(answer)["server_id"]


def test_a_killed_supervisors_stack_starts_again_on_the_same_ports(killed):
    folder, port, monitor = killed
    orphan = json.loads((folder.pids / "nats.json").read_text())["pid"]
    before = server_id(monitor)
    assert holder(folder.lock) is None
    with only_one(folder.lock):
        records = PidRecords(folder.pids)
        assert records.sweep() == ["nats"]
        assert not runs(orphan)
        supervisor = Supervisor(records, lambda _text: None)
        supervisor.launch(nats.spec(port=port, monitor_port=monitor, store=folder.root / "nats", log=folder.log("nats")))
        assert server_id(monitor) != before
        supervisor.stop()


def test_down_ends_what_a_killed_supervisor_left(killed):
    folder, _, _ = killed
    orphan = json.loads((folder.pids / "nats.json").read_text())["pid"]
    code = "import os, sys; from sellerport_stack.cli import main; sys.exit(main(['down'], os.environ))"
    done = subprocess.run([sys.executable, "-c", code], env={"STATE_DIR": str(folder.root)}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ended what was left: nats\n")
    assert not runs(orphan)


def test_clean_removes_the_state_and_nothing_else(killed, tmp_path):
    folder, _, _ = killed
    (tmp_path / "mine.txt").write_text("keep")
    code = "import os, sys; from sellerport_stack.cli import main; sys.exit(main(['clean'], os.environ))"
    done = subprocess.run([sys.executable, "-c", code], env={"STATE_DIR": str(folder.root)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert not folder.root.exists()
    refused = subprocess.run([sys.executable, "-c", code], env={"STATE_DIR": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert (tmp_path / "mine.txt").exists()


def test_up_says_that_it_runs_already(tmp_path):
    folder = StateFolder(tmp_path / "state")
    folder.create()
    code = "import os, sys; from sellerport_stack.cli import main; sys.exit(main(['up'], os.environ))"
    with only_one(folder.lock):
        done = subprocess.run(
            [sys.executable, "-c", code], env={"STATE_DIR": str(folder.root)}, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0
    assert "runs already: http://127.0.0.1:8700" in done.stdout


@pytest.mark.parametrize("command", ["down", "clean"])
def test_there_may_be_nothing_to_stop(tmp_path, command):
    code = f"import os, sys; from sellerport_stack.cli import main; sys.exit(main(['{command}'], os.environ))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"STATE_DIR": str(tmp_path / "none")}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "nothing runs here")


def test_a_taken_port_is_told_with_its_setting_and_a_free_base(tmp_path):
    port = free_port()
    log = tmp_path / "log"
    supervisor = Supervisor(PidRecords(tmp_path), lambda _text: None)
    supervisor.launch(nats.spec(port=port, store=tmp_path / "store", log=log))
    code = "import os, sys; from sellerport_stack.cli import main; sys.exit(main(['up'], os.environ))"
    environment = {"STATE_DIR": str(tmp_path / "state"), "PORT_BASE": str(port - 9)}
    try:
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    finally:
        supervisor.stop()
    assert done.returncode == 1
    assert f"{port} (PORT_BASE + 9, PostgreSQL): held by process" in done.stdout
    assert "make up PORT_BASE=" in done.stdout
    assert list((tmp_path / "state" / "pids").iterdir()) == []
