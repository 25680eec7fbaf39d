"""One stack: all servers and services on this machine, started in order, watched, stopped in reverse."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from sellerport_stack.config import StackConfig
from sellerport_stack.demo.seed import DemoSeed, Seeded
from sellerport_stack.endpoints import endpoints, write_endpoints
from sellerport_stack.front_door.page import Page
from sellerport_stack.front_door.site import FrontDoor
from sellerport_stack.port_check import names, require_free
from sellerport_stack.ports import local
from sellerport_stack.processes import Process, StartError
from sellerport_stack.processes.steps import Step, run_steps
from sellerport_stack.processes.supervisor import Supervisor
from sellerport_stack.servers import caddy, moto, nats
from sellerport_stack.servers.databases import ensure_database
from sellerport_stack.servers.ports import free_port
from sellerport_stack.servers.postgres import PostgresServer
from sellerport_stack.services import ServiceSpecs
from sellerport_stack.state.lock import only_one
from sellerport_stack.state.pids import PidRecords
from sellerport_stack.state.secret_store import SecretStore
from sellerport_stack.state.service_keys import ServiceKeys
from sellerport_stack.tokens import TokenDesk

_DATABASES = {"account-svc": "account", "sync-svc": "sync"}


class Stack:
    """Everything of one PORT_BASE and STATE_DIR.

    `processes` gives control of each program by name (`sync-worker`, `token-svc`, …); `env` adds settings by process or
    service name; `endpoints` is the content of endpoints.json once started. With `demo` the demo company is connected,
    with `page` the dashboard is built.
    """

    def __init__(
        self,
        config: StackConfig,
        *,
        demo: bool = True,
        page: bool = True,
        env: Mapping[str, Mapping[str, str]] | None = None,
        report: Callable[[str], None] = print,
    ) -> None:
        self.config = config
        self.endpoints: dict[str, Any] = {}
        self.page_failure: str | None = None
        self._demo = demo and config.simulator
        self._with_page = page
        self._report = report
        self._cancelled = threading.Event()
        self._held = ExitStack()
        self._records = PidRecords(config.state.pids)
        self._supervisor = Supervisor(self._records, report, self._cancelled)
        self._keys = ServiceKeys(config.state.secrets / "services")
        self._secrets = SecretStore(config.state.secrets)
        self._specs = ServiceSpecs(config, self._keys, self._secrets)
        self._specs.extra = env or {}
        self._front_door = FrontDoor(config)
        self._postgres: PostgresServer | None = None
        self._seeded: Seeded | None = None
        self._simulator_is_new = False

    @property
    def processes(self) -> dict[str, Process]:
        """The programs by name."""
        return self._supervisor.processes

    def start(self) -> None:
        """Start everything and return once all of it serves.

        Raises `AlreadyRunningError` when this state folder has a supervisor, and `StartError` with the cause and the cure
        when something does not come up; all that was started is then stopped again.
        """
        self.config.state.create()
        self._held.enter_context(only_one(self.config.state.lock))
        try:
            ended = self._records.sweep()
            if ended:
                self._report(f"ended what an earlier stack left behind: {', '.join(ended)}")
            self.config.state.endpoints.unlink(missing_ok=True)
            require_free(names(self.config.ports, simulator=self.config.simulator), self.config.port_base)
            self._keys.ensure()
            run_steps(self._steps(), self._cancelled)
            self._write_endpoints()
            self._supervisor.watch()
        except BaseException:
            self.stop()
            raise

    def cancel(self) -> None:
        """Make a start that is under way fail soon; `stop` is still to be called."""
        self._cancelled.set()

    def stop(self) -> None:
        """Stop everything, the last first; nothing happens when nothing runs."""
        self._cancelled.set()
        self._supervisor.stop()
        self.config.state.endpoints.unlink(missing_ok=True)
        self._held.close()

    def kill(self) -> None:
        """End everything at once."""
        self._supervisor.kill()
        self._held.close()

    def add(self, name: str, *, service: str, port: int | None = None, **settings: str) -> Process:
        """Start one more replica of `service` under its own `name` and return it once it serves; its port is in HTTP_PORT."""
        spec = self._specs.service(name, port=port or free_port(), setting=f"port of {name}", service=service, settings=settings)
        return self._supervisor.launch(spec)

    def _steps(self) -> list[Step]:
        ports, simulated = self.config.ports, self.config.simulator
        steps = [
            self._timed("front-door", self._start_front_door),
            self._timed("nats", self._start_nats),
            self._timed("postgres", self._start_postgres),
        ]
        if simulated:
            steps += [self._timed("moto", self._start_moto), self._timed("simulator", self._start_simulator)]
        steps += [self._timed(f"{service}-migrate", self._migration(service), "postgres") for service in _DATABASES]
        services = [
            ("account-svc", "account-svc", ports.account_svc, ("account-svc-migrate", "nats"), {}),
            ("token-svc", "token-svc", ports.token_svc, ("nats",), {}),
            ("spapi-gateway", "spapi-gateway", ports.spapi_gateway, ("nats",), {}),
            ("sync-svc", "sync-svc", ports.sync_svc, ("sync-svc-migrate", "nats"), {"ROLES": "api"}),
            ("sync-worker", "sync-svc", ports.sync_worker, ("sync-svc-migrate", "nats"), {"ROLES": "worker,scheduler"}),
        ]
        for name, service, port, after, settings in services:
            steps.append(self._timed(name, self._starter(name, service, port, settings), *after))
        if self._demo:
            after = ("moto", "simulator", *(name for name, *_ in services))
            steps.append(self._timed("demo", self._seed, *after))
        if self._with_page and Page(self.config.project / "dashboard").is_there:
            steps.append(self._timed("page", self._build_page))
        return steps

    def _timed(self, name: str, run: Callable[[], object], *after: str) -> Step:
        def timed() -> None:
            began = time.monotonic()
            run()
            self._report(f"  ✓ {name:<20} {time.monotonic() - began:5.1f} s")

        return Step(name, timed, after)

    def _starter(self, name: str, service: str, port: int, settings: dict[str, str]) -> Callable[[], object]:
        setting = f"PORT_BASE + {port - self.config.port_base}"

        def start() -> None:
            self._supervisor.launch(self._specs.service(name, port=port, setting=setting, service=service, settings=settings))

        return start

    def _migration(self, service: str) -> Callable[[], object]:
        return lambda: self._supervisor.run(self._specs.migration(service))

    def _start_front_door(self) -> None:
        self._front_door.write()
        door, ports = self._front_door, self.config.ports
        log = self.config.state.log("front-door")
        spec = caddy.spec(caddyfile=door.caddyfile, http=ports.front_door, https=ports.sdk, authority=door.ca_bundle, log=log)
        self._supervisor.launch(spec)

    def _start_nats(self) -> None:
        ports, state = self.config.ports, self.config.state
        access = self._secrets.text_file("nats.conf", nats.access_rules(self._secrets.password("nats")))
        store, log = state.root / "nats", state.log("nats")
        self._supervisor.launch(nats.spec(port=ports.nats, monitor_port=ports.nats_monitor, store=store, log=log, access=access))

    def _start_moto(self) -> None:
        self._supervisor.launch(moto.spec(port=self.config.ports.moto, log=self.config.state.log("moto")))

    def _start_simulator(self) -> None:
        state_file = self.config.state.root / "simulator" / "state.json"
        self._simulator_is_new = not state_file.exists()
        state_file.parent.mkdir(mode=0o700, exist_ok=True)
        self._supervisor.launch(self._specs.simulator())

    def _start_postgres(self) -> None:
        state, password = self.config.state, self._secrets.password
        server = PostgresServer.prepare(
            port=self.config.ports.postgres, data=state.root / "postgres", password=password("postgres"), key=state.key
        )
        self._supervisor.launch(server.spec(log=state.log("postgres")))
        for service, prefix in _DATABASES.items():
            owner, app = f"{prefix}_owner", f"{prefix}_app"
            self._specs.databases[service] = ensure_database(
                server, f"{prefix}_svc", owner=(owner, password(owner)), app=(app, password(app))
            )
        self._postgres = server

    def _seed(self) -> None:
        ports = self.config.ports
        seed = DemoSeed(
            account_svc=local(ports.account_svc),
            token_svc=local(ports.token_svc),
            simulator=local(ports.simulator),
            moto=moto.url(ports.moto),
            tokens=TokenDesk(self._keys),
        )
        self._seeded = seed.run(renew=self._simulator_is_new)

    def _build_page(self) -> None:
        """A page that cannot be built does not stop the rest; it is told in the end."""
        try:
            Page(self.config.project / "dashboard").build(self.config.state.log("page"), self._supervisor.run)
        except (StartError, OSError) as error:
            self.page_failure = str(error)

    def _write_endpoints(self) -> None:
        if self._postgres is None:
            raise StartError("PostgreSQL was not started")
        self.endpoints = endpoints(self.config, TokenDesk(self._keys), self._secrets, self._postgres.url(), self._seeded)
        write_endpoints(self.config, self.endpoints)
