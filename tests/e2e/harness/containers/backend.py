"""The stack in containers, on an engine that testcontainers finds."""

import shutil
import socket
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Final

from testcontainers.core.network import Network

from harness.backend import Addresses, SdkPair
from harness.containers.images import ROOT, build_all, tag
from harness.containers.part import Part, answers
from harness.containers.settings import HTTP, SECRETS, SIMULATOR_PORT, Settings
from harness.key_files import secrets_in
from harness.service_tokens import ServiceTokens
from sellerport_stack.state.secret_store import SDK_CLIENT_ID, SecretStore
from sellerport_stack.state.service_keys import ServiceKeys

HOST: Final = "localhost"
SERVICES: Final = ("account-svc", "token-svc", "spapi-gateway", "sync-svc")
ROLES: Final = ("postgres", "account_owner", "account_app", "sync_owner", "sync_app")
KEY_FILES: Final = {"account-svc": ("kek", "state-hmac", "audit-hmac"), "token-svc": ("token-cache", "handle")}


class ContainerBackend:
    """Everything in containers on a network of its own; see `harness.backend.Backend`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[str, Part] = {}
        self._numbers = count(1)
        self._network = Network()
        self._secrets = SecretStore(folder / "made")
        self._keys = ServiceKeys(folder / "made")
        self._keys.ensure()
        self._tokens = ServiceTokens(self._keys)
        self._ports = {name: _free_port() for name in (*SERVICES, "sync-worker", "simulator", "front-door", "sdk", "nats", "postgres")}
        passwords = {name: self._secrets.password(name) for name in (*ROLES, "lwa-client", "lwa-client-ads", "aws")}
        self._settings = Settings(public=self._at("front-door"), simulator=self._at("simulator"), passwords=passwords)
        self.addresses = Addresses(
            front_door=self._at("front-door"),
            account_svc=self._at("account-svc"),
            token_svc=self._at("token-svc"),
            spapi_gateway=self._at("spapi-gateway"),
            sync_svc=self._at("sync-svc"),
            sync_worker=self._at("sync-worker"),
            simulator=self._at("simulator"),
            nats=f"nats://{HOST}:{self._ports['nats']}",
            databases=tuple(
                f"postgresql://postgres:{passwords['postgres']}@{HOST}:{self._ports['postgres']}/{name}"
                for name in ("account_svc", "sync_svc")
            ),
        )
        sdk = f"https://{HOST}:{self._ports['sdk']}"
        self.sdk = SdkPair(
            endpoint=sdk,
            token_url=f"{sdk}/auth/o2/token",
            ca_bundle=folder / "ca.crt",
            client_id=SDK_CLIENT_ID,
            client_secret=self._secrets.sdk_secret(),
        )

    @classmethod
    def start_all(cls, folder: Path) -> "ContainerBackend":
        """Build the images and start everything."""
        build_all()
        backend = cls(folder)
        try:
            backend._start()
        except BaseException:
            backend.close()
            raise
        return backend

    def _start(self) -> None:
        self._network.create()
        for part in (self._postgres(), self._nats(), self._moto(), self._simulator()):
            self._run(part)
        for name in ("postgres", "nats", "simulator"):
            self._parts[name].wait_ready()
        migrations = [self._service("account-svc", "account-svc-migrate"), self._service("sync-svc", "sync-svc-migrate")]
        for migration in migrations:
            migration.command, migration.ports, migration.ready = "migrate", {}, lambda: True
            self._run(migration)
        for migration in migrations:
            migration.wait_done()
        for part in (
            *(self._service(name, name) for name in SERVICES[:3]),
            self._service("sync-svc", "sync-svc", ROLES="api"),
            self._service("sync-svc", "sync-worker", ROLES="worker,scheduler"),
            self._front_door(),
        ):
            self._run(part)
        for part in self._parts.values():
            part.wait_ready()
        self._copy_authority()

    def _run(self, part: Part) -> None:
        self._parts[part.name] = part
        part.run(self._network)

    def _at(self, name: str) -> str:
        return f"http://{HOST}:{self._ports[name]}"

    def _postgres(self) -> Part:
        folder = self._hand_out("postgres", {f"{name}.password": self._secrets.password(name) for name in ROLES})
        port = self._ports["postgres"]
        return Part(
            name="postgres",
            image="postgres:18-bookworm",
            environment={"POSTGRES_PASSWORD": self._secrets.password("postgres")},
            ports={5432: port},
            volumes={folder: SECRETS, ROOT / "deploy/postgres/10-databases.sh": "/docker-entrypoint-initdb.d/10-databases.sh"},
            command=["postgres", "-c", "max_connections=200"],
            ready=lambda: _accepts(port) and self._parts["postgres"].container.exec(["pg_isready", "-q", "-h", "127.0.0.1"]).exit_code == 0,
        )

    def _nats(self) -> Part:
        port = self._ports["nats"]
        return Part(
            name="nats",
            image="nats:2-alpine",
            ports={4222: port},
            command=["--jetstream", "--store_dir", "/data"],
            ready=lambda: _greets(port),
        )

    def _moto(self) -> Part:
        return Part(name="moto", image="motoserver/moto:5.2.5")

    def _simulator(self) -> Part:
        address = f"{self._at('simulator')}/oidc/.well-known/openid-configuration"
        return Part(
            name="simulator",
            image=tag("simulator"),
            environment=self._settings.simulated(),
            ports={SIMULATOR_PORT: self._ports["simulator"]},
            ready=lambda: answers(address),
        )

    def _service(self, service: str, name: str, **more: str) -> Part:
        port = self._ports.setdefault(name, _free_port())
        files = {"service.pem": self._keys.key_file(service).read_text(), "directory.json": self._keys.directory.read_text()}
        files |= {f"{key}.key": self._secrets.key_file(key).read_text() for key in KEY_FILES.get(service, ())}
        if service == "token-svc":
            files["service-clients.json"] = self._secrets.service_clients_file().read_text()
        return Part(
            name=name,
            image=tag(service),
            environment=self._settings.of(service, **more),
            ports={HTTP: port},
            volumes={self._hand_out(service, files): SECRETS},
            ready=lambda: answers(f"http://{HOST}:{port}/health/ready"),
        )

    def _front_door(self) -> Part:
        return Part(
            name="front-door",
            image=tag("front-door"),
            environment={
                "PUBLIC_URL": self._at("front-door"),
                "PUBLIC_HOST": f"{HOST}:{self._ports['front-door']}",
                "OIDC_ISSUER": f"{self._at('simulator')}/oidc",
                "OIDC_ORIGIN": self._at("simulator"),
            },
            ports={8080: self._ports["front-door"], 8443: self._ports["sdk"]},
            ready=lambda: answers(self._at("front-door")),
        )

    def _hand_out(self, part: str, files: Mapping[str, str]) -> Path:
        """Return a folder with `files` that the unprivileged users inside the containers can read."""
        folder = self._folder / "handed-out" / part
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content)
            (folder / name).chmod(0o444)
        for parent in (folder, folder.parent, *self._folder.parents[:1], self._folder):
            parent.chmod(0o755)
        return folder

    def _copy_authority(self) -> None:
        shown = self._parts["front-door"].container.exec(["cat", "/data/caddy/pki/authorities/local/root.crt"])
        self.sdk.ca_bundle.write_bytes(shown.output)

    def service_token(self, service: str, audience: str, scopes: tuple[str, ...], tenant: str | None = None) -> str:
        return self._tokens.token(service, audience, scopes, tenant)

    def keys_settings(self) -> Mapping[str, str]:
        database = f"postgresql://account_app:{self._secrets.password('account_app')}@{HOST}:{self._ports['postgres']}/account_svc"
        return {"DATABASE_URL": database, "KEK_FILE": str(self._folder / "handed-out" / "account-svc" / "kek.key")}

    def kill(self, part: str) -> None:
        self._parts[part].kill()

    def start(self, part: str) -> None:
        self._parts[part].start_again()

    def add_replica(self, service: str) -> str:
        name = f"{service}-replica-{next(self._numbers)}"
        replica = self._service(service, name)
        self._run(replica)
        replica.wait_ready()
        return self._at(name)

    def remove_replica(self, address: str) -> None:
        name = next(name for name in self._parts if name in self._ports and self._at(name) == address)
        self._parts[name].kill()

    def logs(self) -> Mapping[str, str]:
        return {name: part.log() for name, part in self._parts.items()}

    def secrets(self) -> Mapping[str, bytes]:
        return secrets_in(self._folder / "made")

    def key_encryption_keys(self) -> bytes:
        return Path(self.keys_settings()["KEK_FILE"]).read_bytes()

    def files(self) -> Mapping[str, Path]:
        return {}  # they lie inside the containers

    def processes(self) -> Iterator[tuple[str, bytes]]:
        return iter(())  # they run inside the containers

    def close(self) -> None:
        for part in reversed(self._parts.values()):
            if hasattr(part, "container"):
                part.remove()
        self._network.remove()
        shutil.rmtree(self._folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def _greets(port: int) -> bool:
    """Return whether a NATS server says INFO: the engine's proxy accepts connections before the server does."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            return connection.recv(4) == b"INFO"
    except OSError:
        return False
