"""The drop-in clients, in memory."""

from collections.abc import Mapping

from svc_kit.secret import Secret


class MemoryServiceClients:
    """Implements `ServiceClients`: secret and service by the client's id."""

    def __init__(self, clients: Mapping[str, tuple[Secret, str]]) -> None:
        self._clients = clients

    def service_of(self, client_id: str, client_secret: Secret) -> str | None:
        secret, service = self._clients.get(client_id, (None, ""))
        return service if secret == client_secret else None

    def knows(self, client_id: str) -> bool:
        return client_id in self._clients
