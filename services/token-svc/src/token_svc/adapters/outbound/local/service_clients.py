"""The drop-in clients, from a file."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from svc_kit.secret import Secret

_NOBODY: Final = "0" * 64
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class _Client(msgspec.Struct):
    client_id: str
    secret_sha256: str
    service: str


class _File(msgspec.Struct):
    clients: list[_Client]


class FileServiceClients:
    """Implements `ServiceClients`: reads `{clients: [{client_id, secret_sha256, service}]}`; the file holds no secret."""

    def __init__(self, clients: Mapping[str, tuple[str, str]]) -> None:
        self._clients = clients

    @classmethod
    def load(cls, path: Path) -> "FileServiceClients":
        """Read the file; raises `ValueError` when it is not of that form."""
        return cls.parse(path.read_bytes())

    @classmethod
    def parse(cls, content: bytes) -> "FileServiceClients":
        """Read the file's content; raises `ValueError` when it is not of that form."""
        try:
            clients = msgspec.json.decode(content, type=_File).clients
        except msgspec.MsgspecError as error:
            raise ValueError(f"the clients' file is not of its form: {error}") from None
        for client in clients:
            if not _SHA256.fullmatch(client.secret_sha256):
                raise ValueError(f"secret_sha256 of {client.client_id} is not 64 hex digits")
        return cls({client.client_id: (client.secret_sha256, client.service) for client in clients})

    def service_of(self, client_id: str, client_secret: Secret) -> str | None:
        digest, service = self._clients.get(client_id, (_NOBODY, ""))
        given = hashlib.sha256(client_secret.reveal().encode()).hexdigest()
        return service if hmac.compare_digest(given, digest) and client_id in self._clients else None

    def knows(self, client_id: str) -> bool:
        return client_id in self._clients
