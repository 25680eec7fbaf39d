"""What a journey may ask of the stack it runs on: the same for processes and for containers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where everything answers, seen from the test."""

    front_door: str
    account_svc: str
    token_svc: str
    spapi_gateway: str
    sync_svc: str
    sync_worker: str
    simulator: str
    nats: str
    databases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkPair:
    """What somebody else's SDK is told instead of Amazon's addresses."""

    endpoint: str
    token_url: str
    ca_bundle: Path
    client_id: str
    client_secret: str


class Backend(Protocol):
    """A running stack. Parts that can be killed: postgres, nats, account-svc, token-svc, spapi-gateway, sync-svc, sync-worker."""

    addresses: Addresses
    sdk: SdkPair

    def service_token(self, service: str, audience: str, scopes: tuple[str, ...], tenant: str | None = None) -> str:
        """Return a token of `service` (any name of the service directory) for `audience`."""
        ...

    def keys_settings(self) -> Mapping[str, str]:
        """Return the settings with which `python -m account_svc keys` works on this stack from this machine."""
        ...

    def kill(self, part: str) -> None:
        """End `part` with SIGKILL and return when it is gone; it stays away until it is started."""
        ...

    def start(self, part: str) -> None:
        """Start a part that was killed, with what it had stored, and return when it serves."""
        ...

    def add_replica(self, service: str) -> str:
        """Start one more replica of `service` and return its address; several can be started at once, from threads."""
        ...

    def remove_replica(self, address: str) -> None:
        """End the replica at `address` with SIGKILL and return when it is gone, for good."""
        ...

    def logs(self) -> Mapping[str, str]:
        """Return all that every part (replicas and earlier lives included) has logged so far."""
        ...

    def secrets(self) -> Mapping[str, bytes]:
        """Return every key and password that this stack was started with, by name."""
        ...

    def key_encryption_keys(self) -> bytes:
        """Return the content of account-svc's key file."""
        ...

    def files(self) -> Mapping[str, Path]:
        """Return every file that the stack keeps, by a name that is the same in every stack; none where this cannot be seen."""
        ...

    def processes(self) -> Iterable[tuple[str, bytes]]:
        """Return command line and environment of every program, by name; nothing where this cannot be seen."""
        ...

    def close(self) -> None:
        """End everything and leave nothing behind."""
        ...
