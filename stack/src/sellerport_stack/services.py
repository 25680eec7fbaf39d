"""The four services and the simulator: command, settings and health of each."""

import sys
from collections.abc import Mapping
from typing import Final

from sellerport_stack.config import StackConfig
from sellerport_stack.ports import local
from sellerport_stack.processes import ProcessSpec
from sellerport_stack.servers.databases import DatabaseUrls
from sellerport_stack.servers.ports import LOCALHOST, answers
from sellerport_stack.settings import service_settings, simulator_settings
from sellerport_stack.state.secret_store import SecretStore
from sellerport_stack.state.service_keys import ServiceKeys

_STAGE: Final = 1
_STOP_SECONDS: Final = 6.0
_START_SECONDS: Final = 60.0


class ServiceSpecs:
    """Describes the processes of one stack; `databases` says how a service gets into its own."""

    def __init__(self, config: StackConfig, keys: ServiceKeys, secrets: SecretStore) -> None:
        self._config = config
        self._keys = keys
        self._secrets = secrets
        self.databases: dict[str, DatabaseUrls] = {}
        self.extra: Mapping[str, Mapping[str, str]] = {}

    def service(self, name: str, *, port: int, setting: str, service: str, settings: Mapping[str, str]) -> ProcessSpec:
        """Describe the process `name` of `service` on `port`; `settings` win over the stack's own."""
        own = {
            **self._settings(service),
            "HTTP_HOST": LOCALHOST,
            "HTTP_PORT": str(port),
            **self.extra.get(service, {}),
            **self.extra.get(name, {}),
            **settings,
        }
        return ProcessSpec(
            name=name,
            argv=(sys.executable, "-m", service.replace("-", "_"), "serve"),
            env=own,
            log=self._config.state.log(name),
            ready=lambda: answers(f"{local(port)}/health/ready"),
            ready_seconds=_START_SECONDS,
            ports={port: setting},
            stage=_STAGE,
            stop_seconds=_STOP_SECONDS,
            cure=f"read the whole log; the settings of {service} are explained in services/{service}/README.md",
        )

    def _settings(self, service: str, owner: str | None = None) -> dict[str, str]:
        urls = self.databases.get(service)
        return service_settings(self._config, self._keys, self._secrets, service, database=urls.app_url if urls else None, owner=owner)

    def migration(self, service: str) -> ProcessSpec:
        """Describe the program that brings the database of `service` up to date; it ends when done."""
        return ProcessSpec(
            name=f"{service}-migrate",
            argv=(sys.executable, "-m", service.replace("-", "_"), "migrate"),
            env={
                **self._settings(service, owner=self.databases[service].owner_url),
                **self.extra.get(service, {}),
            },
            log=self._config.state.log(f"{service}-migrate"),
            stage=_STAGE,
            cure="`make clean` throws the data away and begins anew",
        )

    def simulator(self) -> ProcessSpec:
        """Describe the stand-in for Amazon and the identity provider."""
        ports = self._config.ports
        return ProcessSpec(
            name="simulator",
            argv=(sys.executable, "-m", "simulator"),
            env={**simulator_settings(self._config, self._secrets), **self.extra.get("simulator", {})},
            log=self._config.state.log("simulator"),
            ready=lambda: answers(f"{local(ports.simulator)}/oidc/.well-known/openid-configuration"),
            ready_seconds=_START_SECONDS,
            ports={ports.simulator: "PORT_BASE + 6", **{port: f"PORT_BASE + {port - ports.base}" for port in ports.spapi.values()}},
            stage=_STAGE,
            stop_seconds=_STOP_SECONDS,
            cure="`make clean` throws a damaged simulator state away",
        )
