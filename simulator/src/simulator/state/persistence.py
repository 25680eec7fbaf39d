"""The state on disk: a file of the world, written now and then, and a file of credentials, written before they are handed out."""

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from simulator.state.ads import AdsBook
from simulator.state.credentials import Credentials
from simulator.state.inventory import StockItem
from simulator.state.orders import Order
from simulator.state.people import Role, Session, User
from simulator.state.sellers import Seller, Shop

if TYPE_CHECKING:
    from simulator.state.world import World


class _ShopState(msgspec.Struct):
    seller: Seller
    orders: list[Order]
    stock: list[StockItem]
    ads: AdsBook = msgspec.field(default_factory=AdsBook)


class _WorldState(msgspec.Struct):
    shops: list[_ShopState]
    demo_enabled: bool


class _CredentialState(msgspec.Struct):
    credentials: Credentials
    cursor_key: str
    oidc_key_pem: str
    users: dict[str, User]
    roles: dict[str, Role]
    sessions: dict[str, Session]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file's next content; a higher number is newer."""

    number: int
    path: Path
    content: bytes


class StateFile:
    """Loads and saves a world. Without a path nothing is kept.

    Both files are replaced whole (write, fsync, rename): a crash leaves the old or the new text, never half of one.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._changed = False
        self._credentials_changed = False
        self._taken = 0
        self._written: dict[Path, int] = {}
        self._lock = Lock()

    @property
    def _credentials_path(self) -> Path | None:
        return self._path.with_name(self._path.stem + "-credentials.json") if self._path else None

    def mark_changed(self) -> None:
        """Says that the world differs from its file."""
        self._changed = True

    def mark_credentials_changed(self) -> None:
        """Says that a credential was issued that may be lost in a crash (its owner asks for another)."""
        self._credentials_changed = True

    def load(self, world: "World") -> None:
        """Fills ``world`` from the files, where they exist."""
        if self._path and self._path.exists():
            state = msgspec.json.decode(self._path.read_bytes(), type=_WorldState)
            for kept in state.shops:
                shop = Shop(kept.seller, ads=kept.ads)
                shop.orders.fill(kept.orders)
                for item in kept.stock:
                    shop.stock.put(item)
                world.shops[kept.seller.selling_partner_id] = shop
            world.demo_enabled = world.demo_enabled and state.demo_enabled
        if self._credentials_path and self._credentials_path.exists():
            kept_credentials = msgspec.json.decode(self._credentials_path.read_bytes(), type=_CredentialState)
            for name in _CredentialState.__struct_fields__:
                setattr(world, name, getattr(kept_credentials, name))

    def save_changes(self, world: "World") -> None:
        """Writes what changed since the last time."""
        for snapshot in self.snapshots(world):
            self.write(snapshot)

    def snapshots(self, world: "World") -> list[Snapshot]:
        """What changed since the last time, as of now, to be written with ``write`` (in another thread, if need be)."""
        taken = []
        if self._credentials_changed and self._credentials_path is not None:
            taken.append(self._credentials(world, self._credentials_path))
        if self._changed and self._path is not None:
            self._changed = False
            shops = [_ShopState(shop.seller, list(shop.orders), list(shop.stock), shop.ads) for shop in world.shops.values()]
            taken.append(self._snapshot(self._path, _WorldState(shops, world.demo_enabled)))
        return taken

    def write(self, snapshot: Snapshot) -> None:
        """Puts a snapshot on the disk, unless a newer one of the same file is there already."""
        with self._lock:
            if self._written.get(snapshot.path, 0) < snapshot.number:
                _replace(snapshot.path, snapshot.content)
                self._written[snapshot.path] = snapshot.number

    def save_credentials(self, world: "World") -> None:
        """Writes the credentials now; when this returns they are on the disk."""
        if self._credentials_path is not None:
            self.write(self._credentials(world, self._credentials_path))

    def _credentials(self, world: "World", path: Path) -> Snapshot:
        self._credentials_changed = False
        fields = {name: getattr(world, name) for name in _CredentialState.__struct_fields__}
        return self._snapshot(path, _CredentialState(**fields))

    def _snapshot(self, path: Path, state: msgspec.Struct) -> Snapshot:
        self._taken += 1
        return Snapshot(self._taken, path, msgspec.json.encode(state))


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
