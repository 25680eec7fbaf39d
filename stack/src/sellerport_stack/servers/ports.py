"""TCP ports: free ones, taken ones, and whether something answers."""

import atexit
import random
import socket
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

LOCALHOST: Final = "127.0.0.1"
_ANSWER_SECONDS: Final = 1.0
# Below the ports that kernels give to outgoing connections (Linux from 32768): none of these can come in between.
_FREE_PORTS: Final = range(24000, 32000)
_DICE: Final = random.SystemRandom()  # tests seed the ordinary one, all processes alike
_marks: list[socket.socket] = []


def free_port() -> int:
    """Return a port that nobody listens on right now, and that nobody else is given here as long as this process lives."""
    for _ in range(len(_FREE_PORTS)):
        port = _DICE.choice(_FREE_PORTS)
        if not is_taken(port) and reserve(port):
            return port
    raise RuntimeError("no port is free")


def reserve(port: int) -> bool:
    """Mark `port` as this process's until it ends; returns False when another process, or this one, has marked it already.

    The mark is a UDP socket of the same number: no TCP server minds it, and the kernel removes it with its process.
    """
    mark = socket.socket(type=socket.SOCK_DGRAM)
    try:
        mark.bind((LOCALHOST, port))
    except OSError:
        mark.close()
        return False
    if not _marks:
        atexit.register(_release)
    _marks.append(mark)
    return True


def _release() -> None:
    for mark in _marks:
        mark.close()
    _marks.clear()


def is_taken(port: int) -> bool:
    """Return whether `port` on localhost cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return True
    return False


def accepts(port: int) -> bool:
    """Return whether something accepts connections on `port`."""
    try:
        with socket.create_connection((LOCALHOST, port), timeout=_ANSWER_SECONDS):
            return True
    except OSError:
        return False


def answers(url: str) -> bool:
    """Return whether `url` answers 2xx within a second, without asking any proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_ANSWER_SECONDS):
            return True
    except (OSError, urllib.error.URLError, ValueError):
        return False


def is_vouched_for(port: int, authority: Path, name: str) -> bool:
    """Return whether the TLS server on `port` shows a certificate for `name` that `authority` has signed."""
    try:
        context = ssl.create_default_context(cafile=str(authority))
        with (
            socket.create_connection((LOCALHOST, port), timeout=_ANSWER_SECONDS) as connection,
            context.wrap_socket(connection, server_hostname=name),
        ):
            return True
    except (OSError, ssl.SSLError):
        return False
