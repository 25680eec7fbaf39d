"""TCP ports: free ones, taken ones, and whether something answers."""

import socket
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

LOCALHOST: Final = "127.0.0.1"
_ANSWER_SECONDS: Final = 1.0


def free_port() -> int:
    """Return a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


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
