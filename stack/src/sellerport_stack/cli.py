"""`python -m sellerport_stack up | down | clean`: what `make` calls."""

import argparse
import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Final

from sellerport_stack.config import ConfigError, StackConfig
from sellerport_stack.demo.accounts import FRESH_USERNAME, PASSWORD, USERNAME
from sellerport_stack.detached import start_detached, stop_running
from sellerport_stack.processes import StartError
from sellerport_stack.servers.postgres_files import outside_data, remove
from sellerport_stack.stack import Stack
from sellerport_stack.state.folder import NotOursError
from sellerport_stack.state.lock import AlreadyRunningError, holder

_INTERRUPTED: Final = 130


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Do what `arguments` say and return the exit status; every failure is told in words, with its cure."""
    parser = argparse.ArgumentParser(prog="sellerport_stack", description="Everything on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and stay until Ctrl-C")
    up.add_argument("--detach", action="store_true", help="return when all is ready")
    up.add_argument("--supervise", action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("down", help="stop what runs with this STATE_DIR")
    commands.add_parser("clean", help="stop it and remove STATE_DIR")
    chosen = parser.parse_args(arguments)
    try:
        config = StackConfig.from_env(environment)
        if chosen.command == "up":
            config.require_sign_in()
            return start_detached(config, _say) if chosen.detach else _up(config, detached=chosen.supervise)
        stop_running(config, _say)
        if chosen.command == "clean":
            _clean(config)
    except AlreadyRunningError:
        _say(f"Sellerport runs already: {config.public_url} (state in {config.state.root}); `make down` stops it")
    except ConfigError as error:
        return _fail(f"the settings cannot be used:\n{error}")
    except (StartError, NotOursError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(
            f"{error}\n  cure: see that you own the folder {config.state.root} and the disk is not full, or choose another STATE_DIR"
        )
    return 0


def _up(config: StackConfig, *, detached: bool) -> int:
    if holder(config.state.lock) is not None:
        raise AlreadyRunningError(holder(config.state.lock))
    stack = Stack(config, report=_say)
    stopped = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():  # asked twice: at once
            stack.kill()
            os._exit(_INTERRUPTED)
        stopped.set()
        stack.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    began = time.monotonic()
    _say(f"Sellerport starts on {config.public_url} (state in {config.state.root}, logs beneath)")
    try:
        stack.start()
    except StartError:
        if stopped.is_set():
            _say("stopped before it was ready")
            return 0
        raise
    _say(_welcome(stack, time.monotonic() - began, detached=detached))
    config.state.ready.write_text(str(os.getpid()))
    stopped.wait()
    began = time.monotonic()
    _say("stopping …")
    stack.stop()
    _say(f"stopped in {time.monotonic() - began:.1f} s; the data is kept ({config.state.root}, `make clean` removes it)")
    return 0


def _welcome(stack: Stack, seconds: float, *, detached: bool) -> str:
    config = stack.config
    lines = [f"\nSellerport is ready after {seconds:.0f} s:  {config.public_url}\n"]
    if config.simulator:
        lines += [
            f"  {USERNAME} / {PASSWORD}   a company whose Amazon accounts are connected already",
            f"  {FRESH_USERNAME} / {PASSWORD}   a company that has yet to click Connect Amazon",
        ]
    if stack.page_failure:
        lines += ["\n  the page could not be built; the services run without it:", f"  {stack.page_failure}"]
    lines += [
        f"  addresses, tokens, SDK settings   {config.state.endpoints}",
        f"  logs                              {config.state.logs}",
        "  to stop it                        " + ("make down" if detached else "Ctrl-C"),
        "",
    ]
    return "\n".join(lines)


def _clean(config: StackConfig) -> None:
    config.state.remove()
    for left in outside_data(config.state.key):
        remove(left)
    _say(f"{config.state.root} is gone")


def _say(text: str) -> None:
    print(text, flush=True)


def _fail(text: str) -> int:
    _say(f"\nSellerport: {text}")
    return 1
