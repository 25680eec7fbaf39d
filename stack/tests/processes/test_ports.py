import socket
import subprocess
import sys

from sellerport_stack.servers.ports import LOCALHOST, free_port, is_taken, reserve


def test_no_port_is_given_twice():
    assert len({free_port() for _ in range(50)}) == 50


def test_a_port_is_the_askers_until_it_ends_and_free_to_listen_on():
    code = "from sellerport_stack.servers.ports import free_port; print(free_port(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        port = int(other.stdout.readline())
        assert not reserve(port)
        with socket.create_server((LOCALHOST, port)):
            assert is_taken(port)
        other.stdin.write(b"\n")
    assert reserve(port)
