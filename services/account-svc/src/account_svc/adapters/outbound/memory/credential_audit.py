"""The record of credential uses, in memory."""

from account_svc.domain.credential_use import CredentialUse
from svc_kit.errors import Unavailable


class MemoryCredentialAudit:
    """Keeps uses in order; `is_down` fails every call."""

    def __init__(self) -> None:
        self.uses: list[CredentialUse] = []
        self.is_down = False

    async def record(self, use: CredentialUse) -> None:
        if self.is_down:
            raise Unavailable("the record of credential uses cannot be reached")
        self.uses.append(use)
