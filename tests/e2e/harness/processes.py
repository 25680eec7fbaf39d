"""The stack as processes of this machine: what `make up` starts, without the demo company."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Final

import psutil

from harness.backend import Addresses, SdkPair
from harness.key_files import secrets_in
from harness.service_tokens import ServiceTokens
from sellerport_stack.config import StackConfig
from sellerport_stack.ports import HIGHEST_BASE, SPAN, local
from sellerport_stack.processes import Process
from sellerport_stack.servers import moto
from sellerport_stack.servers.ports import is_taken, reserve
from sellerport_stack.servers.postgres_files import outside_data
from sellerport_stack.servers.scratch import scratch_folder
from sellerport_stack.stack import Stack
from sellerport_stack.state.folder import StateFolder
from sellerport_stack.state.service_keys import ServiceKeys

FIRST_BASE: Final = 18700
SETTINGS: Final = {
    "simulator": {"SIM_DEMO": "off"},
    "sync-svc": {"SYNC_INTERVAL_SECONDS": "3", "SYNC_INTERVAL_FLOOR_SECONDS": "1", "WORK_ACK_WAIT_SECONDS": "6"},
}


SECRET_QUEUE: Final = "client-secrets"


def _settings(config: StackConfig) -> dict[str, dict[str, str]]:
    """Return the settings of the stack's programs, with the queue in which the simulator tells new client secrets."""
    sqs = moto.url(config.ports.moto)
    queue = {"AMAZON_SECRET_QUEUE_URL": f"{sqs}/123456789012/{SECRET_QUEUE}", "AMAZON_SQS_ENDPOINT": sqs}
    return {**SETTINGS, "account-svc": {**queue, "AWS_ACCESS_KEY_ID": "AKIATESTS", "AWS_SECRET_ACCESS_KEY": "tests"}}


class ProcessBackend:
    """Everything as processes on free ports; see `harness.backend.Backend`."""

    def __init__(self, stack: Stack, held: ExitStack) -> None:
        self._stack = stack
        self._held = held
        self._numbers = count(1)
        self._replicas: dict[str, Process] = {}
        self._tokens = ServiceTokens(ServiceKeys(stack.config.state.secrets / "services"))
        here = stack.endpoints
        server = here["postgres"].rpartition("/")[0]
        self.addresses = Addresses(
            **{name: here[name] for name in ("front_door", "account_svc", "token_svc", "spapi_gateway", "sync_svc", "simulator", "nats")},
            sync_worker=local(stack.config.ports.sync_worker),
            databases=tuple(f"{server}/{name}" for name in ("account_svc", "sync_svc")),
        )
        sdk = here["sdk"]
        self.sdk = SdkPair(
            endpoint=sdk["endpoint"],
            token_url=sdk["token_url"],
            ca_bundle=Path(sdk["ca_bundle"]),
            client_id=sdk["client_id"],
            client_secret=sdk["client_secret"],
        )

    @classmethod
    def start_all(cls, _folder: Path) -> "ProcessBackend":
        """Start everything on free ports, with its state in a folder that goes away in the end."""
        with ExitStack() as held:
            state = StateFolder(held.enter_context(scratch_folder()) / "state")
            config = StackConfig(port_base=_free_base(), state=state)
            stack = Stack(config, demo=False, page=False, env=_settings(config))
            stack.start()
            held.callback(stack.stop)
            return cls(stack, held.pop_all())

    def service_token(self, service: str, audience: str, scopes: tuple[str, ...], tenant: str | None = None) -> str:
        return self._tokens.token(service, audience, scopes, tenant)

    def keys_settings(self) -> Mapping[str, str]:
        settings = self._stack.processes["account-svc"].spec.env
        return {name: settings[name] for name in ("DATABASE_URL_FILE", "KEY_PROVIDER", "KEK_FILE")}

    def kill(self, part: str) -> None:
        self._stack.processes[part].kill()

    def start(self, part: str) -> None:
        process = self._stack.processes[part]
        process.start()
        process.wait_ready()

    def add_replica(self, service: str) -> str:
        process = self._stack.add(f"{service}-replica-{next(self._numbers)}", service=service)
        address = f"http://127.0.0.1:{process.spec.env['HTTP_PORT']}"
        self._replicas[address] = process
        return address

    def remove_replica(self, address: str) -> None:
        self._replicas.pop(address).kill()

    def logs(self) -> Mapping[str, str]:
        return {file.stem: file.read_text(errors="replace") for file in self._stack.config.state.logs.glob("*.log")}

    def secrets(self) -> Mapping[str, bytes]:
        return secrets_in(self._stack.config.state.secrets)

    def key_encryption_keys(self) -> bytes:
        return (self._stack.config.state.secrets / "kek.json").read_bytes()

    def files(self) -> Mapping[str, Path]:
        state = self._stack.config.state
        roots = [(Path(), state.root), *((Path("postgres"), folder) for folder in outside_data(state.key))]
        return {
            str(name / file.relative_to(root)): file
            for name, root in roots
            for folder, _, files in os.walk(root)
            for file in (Path(folder) / each for each in files)
        }

    def processes(self) -> Iterator[tuple[str, bytes]]:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                command, environment = process.cmdline(), process.environ()
                name = f"{' '.join(command[:4])} ({process.pid})"
                yield f"command line of {name}", "\0".join(command).encode(errors="surrogateescape")
                settings = "\0".join(f"{name}={value}" for name, value in environment.items())
                yield f"environment of {name}", settings.encode(errors="surrogateescape")

    def close(self) -> None:
        self._held.close()


def _free_base() -> int:
    """Return a PORT_BASE from which on all ports are free."""
    for base in range(FIRST_BASE, HIGHEST_BASE, SPAN):
        if not any(is_taken(base + offset) for offset in range(SPAN)) and reserve(base):
            return base
    raise RuntimeError(f"no {SPAN} free ports in a row")
