"""Which port belongs to whom, counted from PORT_BASE."""

from dataclasses import dataclass
from typing import Final

from sellerport_stack.servers.ports import LOCALHOST

SPAN: Final = 15
HIGHEST_BASE: Final = 65535 - SPAN


@dataclass(frozen=True)
class Ports:
    """The ports of one stack."""

    base: int

    @property
    def front_door(self) -> int:
        """Front door, HTTP."""
        return self.base

    @property
    def sdk(self) -> int:
        """Front door, HTTPS, for SDKs."""
        return self.base + 1

    @property
    def account_svc(self) -> int:
        """account-svc."""
        return self.base + 2

    @property
    def token_svc(self) -> int:
        """token-svc."""
        return self.base + 3

    @property
    def spapi_gateway(self) -> int:
        """spapi-gateway."""
        return self.base + 4

    @property
    def sync_svc(self) -> int:
        """sync-svc, the API."""
        return self.base + 5

    @property
    def simulator(self) -> int:
        """Simulator: LWA, consent, OIDC, STS recorder, control."""
        return self.base + 6

    @property
    def nats(self) -> int:
        """NATS clients."""
        return self.base + 7

    @property
    def nats_monitor(self) -> int:
        """NATS health and figures."""
        return self.base + 8

    @property
    def postgres(self) -> int:
        """PostgreSQL."""
        return self.base + 9

    @property
    def moto(self) -> int:
        """AWS stand-in."""
        return self.base + 10

    @property
    def spapi(self) -> dict[str, int]:
        """Simulator: SP-API by region."""
        return {"NA": self.base + 11, "EU": self.base + 12, "FE": self.base + 13}

    @property
    def sync_worker(self) -> int:
        """Health of the sync worker."""
        return self.base + 14


def local(port: int) -> str:
    """Return the plain HTTP address of `port` on this machine."""
    return f"http://{LOCALHOST}:{port}"
