"""What every service's command line does: read settings, set up logs, serve; or print the OpenAPI document."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import yaml
from litestar import Litestar

from svc_kit import logs
from svc_kit.server import serve
from svc_kit.settings import ConfigError

_Config = TypeVar("_Config")


class ServingSettings(Protocol):
    """The settings that serving needs."""

    @property
    def http_host(self) -> str: ...
    @property
    def http_port(self) -> int: ...
    @property
    def log_level(self) -> str: ...


def settings_or_exit(read: Callable[[Mapping[str, str]], _Config], environment: Mapping[str, str]) -> _Config:
    """Return what `read` makes of the environment; end the program with the list of problems when it cannot be used."""
    try:
        return read(environment)
    except ConfigError as error:
        sys.exit(str(error))


def run(service: str, config: ServingSettings, build: Callable[[], Any], *, on_drain: Callable[[Any], None] | None = None) -> None:
    """Log as `service` and serve what `build` returns until told to stop."""
    logs.configure(service, config.log_level)
    serve(build, host=config.http_host, port=config.http_port, on_drain=on_drain)


def print_openapi(application: Litestar) -> None:
    """Print the application's OpenAPI document as YAML."""
    yaml.safe_dump(application.openapi_schema.to_schema(), sys.stdout, sort_keys=False, allow_unicode=True)
