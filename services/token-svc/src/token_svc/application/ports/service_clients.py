"""The internal services that may use the drop-in token endpoint."""

from typing import Protocol

from svc_kit.secret import Secret


class ServiceClients(Protocol):
    """Knows each client's id, the SHA-256 of its secret, and the service it stands for."""

    def service_of(self, client_id: str, client_secret: Secret) -> str | None:
        """Return the service when the secret is the client's own, otherwise None.

        An unknown client takes the same comparison as a known one, so that nobody learns by the clock who is known.
        """
        ...

    def knows(self, client_id: str) -> bool:
        """Return whether there is such a client; ids are compared letter by letter, case included."""
        ...
