"""The vault that keeps secrets out of the database: KV version 2 of HashiCorp Vault or OpenBao; a row holds only the path."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from account_svc.application.ports.secret_vault import SecretVault, VaultBrokenError
from account_svc.domain.identifiers import TenantId
from account_svc.domain.sealed import Sealed, SecretPlace
from svc_kit.clock import Clock
from svc_kit.errors import Unavailable
from svc_kit.ids import IdFactory
from svc_kit.secret import Secret
from svc_kit.vault import VaultClient, VaultRefusedError

# The first byte tells what a value is: 1 is a sealed value of svc_kit.sealing, 2 the name of a secret in KV.
MARK: Final = b"\x02"
_NAME: Final = re.compile(r"[A-Za-z0-9._%-]+")
_NOT_FOUND: Final = 404
# Longer than any request takes from writing a secret to storing the row that names it.
_YOUNG: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class KvFolder:
    """Where the secrets lie: `<mount>/data/<prefix>/<tenant>/<name>`."""

    client: VaultClient
    mount: str
    prefix: str

    async def names(self, folder: str) -> tuple[str, ...]:
        """Return what lies in a folder below the prefix; nothing when there is none. Raises `PortError`."""
        try:
            answer = await self.client.ask("LIST", f"{self.mount}/metadata/{self.prefix}/{folder}")
        except VaultRefusedError as error:
            if error.status == _NOT_FOUND:
                return ()
            raise Unavailable(f"Vault cannot list secrets: {error}") from error
        return tuple(str(name) for name in answer.get("keys", ()))

    async def destroy(self, path: str) -> None:
        """Destroy every version of a secret and its metadata; one that is gone is destroyed. Raises `PortError`."""
        try:
            await self.client.ask("DELETE", f"{self.mount}/metadata/{self.prefix}/{path}")
        except VaultRefusedError as error:
            raise Unavailable(f"Vault cannot destroy a secret: {error}") from error


class VaultKvSecretVault:
    """Writes each secret once, under a name of its own that says for which place it is.

    Nothing is ever overwritten, so a writer that loses a race or dies between Vault and the database leaves a secret that
    no row names, and never a row without its secret; `VaultKvSweeper` destroys what no row names. What was sealed in the
    database before is opened by `earlier`, until it is replaced.
    """

    def __init__(self, folder: KvFolder, ids: IdFactory, *, earlier: SecretVault) -> None:
        self._folder = folder
        self._ids = ids
        self._earlier = earlier

    async def seal(self, place: SecretPlace, secret: Secret) -> Sealed:
        name = f"{_stem(place)}{self._ids.new()}"
        body = {"options": {"cas": 0}, "data": {"value": secret.reveal()}}
        try:
            await self._folder.client.ask("POST", self._data(place.tenant, name), body)
        except VaultRefusedError as error:
            raise Unavailable(f"Vault cannot keep a secret: {error}") from None
        return Sealed(MARK + name.encode())

    async def open(self, place: SecretPlace, sealed: Sealed) -> Secret:
        if sealed[:1] != MARK:
            return await self._earlier.open(place, sealed)
        name = sealed[1:].decode("ascii", "replace")
        if not _NAME.fullmatch(name) or not name.startswith(_stem(place)):
            raise VaultBrokenError(f"{place.table}.{place.field} of row {place.row} names no secret of its own")
        try:
            answer = await self._folder.client.ask("GET", self._data(place.tenant, name))
        except VaultRefusedError as error:
            raise VaultBrokenError(f"{place.table}.{place.field} of row {place.row} is not in Vault: {error}") from error
        value = (answer.get("data") or {}).get("value")
        if not isinstance(value, str):
            raise VaultBrokenError(f"{place.table}.{place.field} of row {place.row} is no secret in Vault")
        return Secret(value)

    async def shred(self, tenant: TenantId) -> None:
        await self._earlier.shred(tenant)
        for name in await self._folder.names(quote(tenant, safe="")):
            await self._folder.destroy(f"{quote(tenant, safe='')}/{quote(name, safe='')}")

    def _data(self, tenant: str, name: str) -> str:
        return f"{self._folder.mount}/data/{self._folder.prefix}/{quote(tenant, safe='')}/{quote(name, safe='')}"


class VaultKvSweeper:
    """Destroys secrets that no row names: of accounts that were disconnected or erased, of replaced tokens, of lost races.

    `named` returns the values of a tenant's sealed columns. The folder is listed before the rows are read, and a secret
    younger than fifteen minutes stays, because its row may be on its way. Any number of replicas may sweep.
    """

    def __init__(
        self, folder: KvFolder, named: Callable[[str], Awaitable[frozenset[bytes]]], clock: Clock, *, pause_seconds: float
    ) -> None:
        self._folder = folder
        self._named = named
        self._clock = clock
        self._pause = pause_seconds

    async def run(self) -> None:
        """Sweep for ever; raises `PortError` when Vault or the database is away."""
        while True:
            await self.sweep()
            await self._clock.sleep(self._pause)

    async def sweep(self) -> int:
        """Sweep once, and return how many secrets were destroyed. Raises `PortError`."""
        destroyed = 0
        for tenant in [folder.rstrip("/") for folder in await self._folder.names("")]:
            kept = await self._folder.names(quote(tenant, safe=""))
            named = await self._named(tenant)
            for name in kept:
                path = f"{quote(tenant, safe='')}/{quote(name, safe='')}"
                if MARK + name.encode() not in named and await self._is_old(path):
                    await self._folder.destroy(path)
                    destroyed += 1
        return destroyed

    async def _is_old(self, path: str) -> bool:
        try:
            answer = await self._folder.client.ask("GET", f"{self._folder.mount}/metadata/{self._folder.prefix}/{path}")
        except VaultRefusedError:
            return False  # another replica was first
        return self._clock.now() - datetime.fromisoformat(str(answer["created_time"])) > _YOUNG


def _stem(place: SecretPlace) -> str:
    return "".join(f"{quote(part, safe='').replace('.', '%2E')}." for part in (place.table, place.row, place.field))
