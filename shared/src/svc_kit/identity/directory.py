"""The public keys of the services, and what each may ask of whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm
from jwt.exceptions import InvalidKeyError


class _Entry(msgspec.Struct):
    keys: list[dict[str, str]]
    grants: dict[str, list[str]] = {}
    several_audiences: bool = False


class _File(msgspec.Struct):
    services: dict[str, _Entry]


class Directory(Protocol):
    """Where the service directory is to be had."""

    def current(self) -> "ServiceDirectory":
        """Return the directory as it is now; the same object as long as nothing has changed."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceDirectory:
    """Maps service → key id → public key, and (service, audience) → scopes it may use there.

    A token names exactly one audience, so that nobody who receives it can use it elsewhere; only those in `roaming`
    (a human operator, never a service) may name several.
    """

    keys: Mapping[str, Mapping[str, Ed25519PublicKey]]
    grants: Mapping[tuple[str, str], frozenset[str]]
    roaming: frozenset[str] = frozenset()

    def current(self) -> "ServiceDirectory":
        """Return this very directory: one that never changes."""
        return self

    @classmethod
    def load(cls, path: Path) -> "ServiceDirectory":
        """Read `{services: {name: {keys: [JWK OKP Ed25519 with kid], grants: {audience: [scope]}, several_audiences?}}}`."""
        return cls.parse(path.read_bytes())

    @classmethod
    def parse(cls, content: bytes) -> "ServiceDirectory":
        """Build a directory from the JSON that `load` reads; raises `ValueError` when it is no such thing."""
        entries = msgspec.json.decode(content, type=_File).services
        keys: dict[str, dict[str, Ed25519PublicKey]] = {}
        grants: dict[tuple[str, str], frozenset[str]] = {}
        for name, entry in entries.items():
            keys[name] = {jwk.get("kid", ""): _public_key(jwk) for jwk in entry.keys}
            for audience, scopes in entry.grants.items():
                grants[name, audience] = frozenset(scopes)
        return cls(keys, grants, frozenset(name for name, entry in entries.items() if entry.several_audiences))


def _public_key(jwk: dict[str, str]) -> Ed25519PublicKey:
    try:
        key = OKPAlgorithm.from_jwk(dict(jwk))
    except InvalidKeyError as error:
        raise ValueError(f"key {jwk.get('kid')} cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"key {jwk.get('kid')} is not an Ed25519 public key")  # noqa: TRY004 - the content is wrong, not the type
    return key
